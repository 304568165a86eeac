// The losses of `core/divergences/losses.py`, in the same letters: everything takes log densities.

const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const least = (logP, logQ) => Math.exp(Math.min(logP, logQ));
const sign = (logT) => (logT >= 0 ? 1 : -1);

/** By key: ℓ(α), D*(log t), f(log t), f(p/q) q of both logs. */
export const LOSSES = {
  zero_one: {
    cost: (alpha) => (alpha <= 0 ? 1 : 0),
    optimum: sign,
    curve: (logT) => -Math.exp(Math.min(logT, 0)),
    weighted: (logP, logQ) => -least(logP, logQ),
  },
  squared: {
    cost: (alpha) => (1 - alpha) ** 2,
    optimum: (logT) => Math.tanh(logT / 2),
    curve: (logT) => -4 * Math.exp(-softplus(-logT)),
    weighted: (logP, logQ) => {
      const top = Math.max(logP, logQ) + Math.log1p(Math.exp(-Math.abs(logP - logQ)));
      return -4 * Math.exp(logP + logQ - top);
    },
  },
  logistic: {
    cost: (alpha) => softplus(-alpha),
    optimum: (logT) => logT,
    curve: (logT) => -Math.exp(logT) * softplus(-logT) - softplus(logT),
    weighted: (logP, logQ) => {
      const logT = logP - logQ;
      return -(Math.exp(logP) * softplus(-logT) + Math.exp(logQ) * softplus(logT));
    },
  },
  hinge: {
    cost: (alpha) => Math.max(0, 1 - alpha),
    optimum: sign,
    curve: (logT) => -2 * Math.exp(Math.min(logT, 0)),
    weighted: (logP, logQ) => -2 * least(logP, logQ),
  },
  exponential: {
    cost: (alpha) => Math.exp(-alpha),
    optimum: (logT) => logT / 2,
    curve: (logT) => -2 * Math.exp(logT / 2),
    weighted: (logP, logQ) => -2 * Math.exp((logP + logQ) / 2),
  },
  wasserstein: {
    cost: (alpha) => -alpha,
    optimum: () => Number.NaN,
    curve: (logT) => (logT === 0 ? 0 : Number.POSITIVE_INFINITY),
    weighted: () => Number.NaN,
  },
};
