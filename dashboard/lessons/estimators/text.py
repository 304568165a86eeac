"""The words of the estimator arena, in the symbols and colours of its charts."""

from typing import cast

from core.estimators.lineup import LINEUP
from dashboard.lessons.vae.text import ScriptStep
from dashboard.theme import ROLE_COLORS, Role, ink

_EXPLANATION = r"""
**The task** (PIMA homework 7). A function $f$ and a Gaussian $q_\phi = \mathcal N(\mu,
\Sigma\Sigma^{\mathsf T})$ that depends on $\phi = (\mu, \Sigma)$. Wanted is $G = \nabla_\phi\,
\mathbb E_{Z\sim q_\phi} f(Z)$ from draws alone. Training a VAE needs exactly this in every step.

**$\textcolor{PATHWISE_COLOR}{\text{Boopy}}$ is unbiased.** She writes $Z = \mu +
\Sigma\varepsilon$ with $\varepsilon \sim \mathcal N(0, I)$. Now the expectation is over
$\varepsilon$, whose density knows nothing of $\phi$, so that for a differentiable $f$ the
derivative may go inside:

$$
\nabla_\phi\, \mathbb E_\varepsilon f(\mu + \Sigma\varepsilon)
= \mathbb E_\varepsilon\, \nabla_\phi f(\mu + \Sigma\varepsilon)
= \mathbb E\Big[
\underbrace{\textcolor{PATHWISE_COLOR}{\nabla f(Z)}}_{\text{for }\mu},\;
\underbrace{\textcolor{PATHWISE_COLOR}{\nabla f(Z)\,\varepsilon^{\mathsf T}}}_{\text{for }\Sigma}
\Big]
$$

Every draw's own gradient has mean $G$, and so has their average.

**$\textcolor{NAIVE_COLOR}{\text{Naot}}$ fails.** He draws $Z_i \sim q_\phi$ and asks autograd for
the gradient of $\frac1n\sum_i f(Z_i)$. But $\phi$ acts through the *density* that the draws came
from, and a sampler leaves no trace of it: to autograd the $Z_i$ are constants. With $\mathbb E f
= \int f_\phi(z)\, q_\phi(z)\, dz$ the product rule has two terms,

$$
G = \textcolor{NAIVE_COLOR}{\mathbb E[\partial_\phi f_\phi(Z)]}
\;+\; \textcolor{SCORE_COLOR}{\mathbb E[f_\phi(Z)\,\nabla_\phi \log q_\phi(Z)]},
$$

and he gets only the first. Where $f$ is free of $\phi$ that is nothing at all: PyTorch refuses,
there is no step to take, and the estimate is identically zero. **Variance 0, bias $-G$.** What
decides is

$$
\text{mean squared error} = \text{bias}^2 + \text{variance}.
$$

**$\textcolor{SCORE_COLOR}{\text{The score function}}$ repairs Naot:** the second term is an
expectation, so it can be averaged, too: $f(z)\,\nabla_\phi\log q_\phi(z)$ (REINFORCE). It needs
no slope of $f$, so it is right for a step as well. Its price is variance. A baseline $b$ that
does not depend on the draw leaves the mean, because $\mathbb E\,\nabla_\phi\log q_\phi = 0$, and
lowers the variance only for $b$ between 0 and $2b^*$, $b^* = \mathbb E[f s^2]/\mathbb E[s^2]$, $s
= \partial\log q/\partial\phi$. The mean over the *same* draws would bias; the mean over the
*other* draws (leave-one-out) does not. Measure-valued gradients compare $f$ at two shifted draws,
one coordinate at a time.

**The dashed line is exact:** a closed form where there is one, otherwise quadrature with its
achieved error, otherwise very many draws with their standard error; the page says which.
Functions of several coordinates are sums, $f(z) = \sum_i h(z_i)$, except the network and the VAE.

*Sources: PIMA homework 7 §1; Kingma and Welling 2014; Mohamed, Rosca, Figurnov and Mnih 2020
(Monte Carlo gradient estimation).*
"""

_FORMULA_COLORS: dict[str, Role] = {
    "PATHWISE_COLOR": "pathwise",
    "NAIVE_COLOR": "naive",
    "SCORE_COLOR": "score_function",
}


def explanation() -> str:
    """PIMA-7's argument, in the colours of the charts (Markdown)."""
    text = _EXPLANATION
    for word, role in _FORMULA_COLORS.items():
        text = text.replace(word, ROLE_COLORS[role])
    return text


def role_color(name: str) -> str:
    """The colour of an estimator."""
    return cast(dict[str, str], ROLE_COLORS)[name]


def role_colors() -> str:
    """The estimators' names in the colours of the charts (HTML)."""
    return " · ".join(
        f'<span class="term" style="color:{ink(role_color(name))}">{competitor.title}</span>'
        for name, competitor in LINEUP.items()
    )


SCRIPT = (
    ScriptStep(
        predict="Both average over the same draws. Whose estimates spread less?",
        preset="start",
        explain="Naot's do not spread at all: autograd refuses, the estimate is 0 every time. "
        "Variance crowns him; his bias is the whole gradient. Only bias² + variance decides.",
    ),
    ScriptStep(
        predict="The score function is unbiased, too. How many more draws does it need for z²?",
        preset="boopy",
        explain="30/4 = 7.5 times as many; with its best baseline $b^* = 4$ still 3.5 times. "
        "Boopy knows the slope of $f$, the score function must find it out from values.",
    ),
    ScriptStep(
        predict="Is Boopy always the better one?",
        preset="score",
        explain=r"No. $\cos(2z)$ never exceeds 1, but its slope reaches 2: values vary less "
        "than slopes. As $k$ grows, Boopy's variance grows like $k^2/2$; the other's stays.",
    ),
    ScriptStep(
        predict="And for a step, whose slope is 0 wherever it exists?",
        preset="step",
        explain="Boopy now stands beside Naot, zero and biased: the derivative may not go inside "
        "the expectation. The score function never asked for a slope.",
    ),
    ScriptStep(
        predict="Subtracting the mean from the rewards always helps, doesn't it?",
        preset="worse",
        explain=r"Here $b^* = 0$ although $\mathbb E f = 0.33$: every baseline makes it worse. "
        "The best baseline weighs $f$ with $s^2$, and far from μ the cosine is negative.",
    ),
    ScriptStep(
        predict="Twenty coordinates instead of one. Who suffers?",
        preset="dimension",
        explain="The score function multiplies each score with the sum of all twenty terms: its "
        "variance grows like $d^2$. Boopy's slope for one coordinate does not see the others.",
    ),
    ScriptStep(
        predict="What would a VAE learn if its author had written Naot's code?",
        preset="elbo",
        explain="The gradient of the KL alone: the encoder would forget the image and fall onto "
        "the prior. With a sampled KL it would learn nothing: noise of mean 0.",
    ),
)
