// What a visitor has made of a picture: taken from the page when it says so, told to it at rest.
// The other side is `dashboard.kit.opening`; the texts are those of `dashboard.kit.places`.

const REST = 300; // ms after the last change

/**
 * Reports of a picture's view. `read()` gives it, by the keys of the options that stand for it;
 * `send(text)` tells the page. Until the first `open` nothing is told: there is no such option.
 */
export function makeView(read, send) {
  let known = null;
  let nonce = null;
  let timer = null;
  const report = () => {
    timer = null;
    const view = JSON.stringify(read());
    if (nonce === null || view === known) return;
    known = view;
    send(JSON.stringify({ ...read(), nonce, turn: Date.now() }));
  };
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(report, REST);
  };
  return {
    touch,
    /** Takes what the page wants to be shown, once for each nonce; `take` puts it in place. */
    open: (opening, take) => {
      if (!opening || opening.nonce === nonce) return false;
      nonce = opening.nonce;
      take(opening);
      known = JSON.stringify(Object.fromEntries(Object.keys(read()).map((k) => [k, opening[k]])));
      touch(); // of what it could not take
      return true;
    },
    stop: () => clearTimeout(timer),
  };
}

/** A number as it travels: four places after the point are finer than a pixel. */
const short = (value) => String(Number(value.toFixed(4)));

/** Places as a text: `x,y;x,y`. */
export const placesText = (places) => places.map((p) => Array.from(p, short).join(",")).join(";");

/** Places of `size` coordinates each; of any other size there are none. */
export function readPlaces(text, size) {
  const places = (text ?? "").split(";").filter(Boolean).map((piece) => piece.split(",").map(Number));
  return places.filter((place) => place.length === size && place.every(Number.isFinite));
}
