// Numbers as text, on every canvas and beside it: one rule for all. A negative number has a true
// minus sign, zero has none, and what is not a number is a dash.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

const raised = (digits, signs) => [...digits].map((digit) => signs[digit]).join("");

/** The sign in front of the text of |value|; "−0.00" is never written. */
function signed(value, text) {
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

function unusual(value) {
  if (Number.isNaN(value)) return "–";
  return value > 0 ? "∞" : "−∞";
}

/** With so many digits after the point. */
export function fixed(value, digits = 2) {
  if (!Number.isFinite(value)) return unusual(value);
  return signed(value, Math.abs(value).toFixed(digits));
}

/** 1.2e−5: so many digits after the point. */
export function scientific(value, digits = 1) {
  if (!Number.isFinite(value)) return unusual(value);
  const text = Math.abs(value).toExponential(digits);
  return signed(value, text.replace("e+", "e").replace("e-", "e−"));
}

/** With so many digits after the point, or as a power of ten where that would say nothing. */
export function readable(value, digits = 3) {
  const size = Math.abs(value);
  const isFar = size >= 1e4 || size < 10 ** -digits;
  return size !== 0 && isFar ? scientific(value, 1) : fixed(value, digits);
}

/** With so many digits that count, and no zeros at the end. */
export function significant(value, digits = 4) {
  if (!Number.isFinite(value)) return unusual(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    return scientific(value, Math.max(0, digits - 2));
  }
  if (size >= 1e4) return signed(value, whole(size));
  return signed(value, String(Number(size.toPrecision(digits))));
}

/** About three digits that count, for values in the data's own units. */
export function measured(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return scientific(value, 1);
  return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** A whole number, its thousands apart. */
export const whole = (value) => signed(value, Math.round(Math.abs(value)).toLocaleString("en-US"));

/** 10⁻⁵. */
export function powerOfTen(exponent) {
  return `10${exponent < 0 ? "⁻" : ""}${raised(String(Math.abs(exponent)), SUPERSCRIPTS)}`;
}

/** ₁₂, as an index. */
export const subscript = (n) => raised(String(n), SUBSCRIPTS);
