"""The words of the VAE lesson, in the symbols and colours of its charts."""

from dataclasses import dataclass

from dashboard.theme import ROLE_COLORS, Role, ink

_EXPLANATION = r"""
**The model.** An encoder maps an image $x$ to a Gaussian
$q_\phi(z|x) = \mathcal N(\mu_\phi(x), \operatorname{diag}\sigma_\phi^2(x))$ in the latent plane; a
decoder maps a point $z$ back to an image $\mu_\theta(z)$, with
$p_\theta(x|z) = \mathcal N(\mu_\theta(z), \sigma^2 I)$. The prior is
$p(z) = \mathcal N(0, I)$, or $\mathcal N(\mu_z, \sigma_z^2 I)$ where you let it learn. Everything
drawn here is that model with the weights of this very step: your browser holds the decoder and
evaluates it under the cursor.

**The number that is reported** is the ELBO, a lower bound of $\log p_\theta(x)$ in nats:

$$
\textcolor{ELBO_COLOR}{\text{ELBO}} =
\textcolor{LIKELIHOOD_COLOR}{\underbrace{\mathbb E_q \log p_\theta(x|z)}
_{\text{log-likelihood term}}}
\;-\; \textcolor{KL_COLOR}{\underbrace{\mathrm{KL}\big(q_\phi(z|x)\,\|\,p(z)\big)}_{\text{KL}}}
$$

$$
\log p_\theta(x|z) = -\frac{\|x-\mu_\theta(z)\|^2}{2\sigma^2} - \frac D2 \log(2\pi\sigma^2)
$$

The constant is kept, so curves at different $\sigma^2$ can be compared.

**The number that is trained** is the objective
$\textcolor{OBJECTIVE_COLOR}{\mathbb E_q\log p_\theta(x|z) - \beta\,\mathrm{KL}}$.
It is another number as soon as $\beta \ne 1$, a warm-up runs, or free bits act; then it gets a
line of its own. Each dimension pays
$\textcolor{KL_COLOR}{\tfrac12(\sigma_\phi^2 + \mu^2 - 1 - \log\sigma_\phi^2)}$.

**One knob, not two.** Multiply the objective by $2\sigma^2$: what remains is
$\|x-\mu_\theta(z)\|^2 + 2\beta\sigma^2\,\mathrm{KL}$. For a fixed $\sigma^2$ the optimum
depends on $\beta$ and $\sigma^2$ through $\beta\sigma^2$ alone.

**The dashed line is exact.** For a *linear* encoder and decoder the optimum is known
(probabilistic PCA): a latent dimension lives if and only if the eigenvalue $\lambda_j$ of the data
covariance exceeds $\beta\sigma^2$; it then has rate $\tfrac12\log(\lambda_j/\beta\sigma^2)$ and
leaves the squared error $\beta\sigma^2$; a dead one leaves $\lambda_j$. On a nonlinear model the
same line says what the best linear one of the same $L$ would reach: a network should beat it. All
is computed on the first 500 rows of each split.

**The grid** decodes the prior's quantiles: each little image stands for an equal share of the
prior. **The plain autoencoder** is the limit without sampling and without KL: it reconstructs well
and its latent space has holes.

*Sources: PIMA homework 7; Kingma and Welling 2014; Lucas et al. 2019 (linear VAE = pPCA); Rybkin
et al. 2020 (σ-VAE); Burda et al. 2016 (importance-weighted bound).*
"""


@dataclass(frozen=True, kw_only=True)
class ScriptStep:
    """A step to take in front of a class.

    Attributes:
        predict: the question to ask before anything moves.
        preset: the experiment that reveals the answer.
        explain: why it came so.
    """

    predict: str
    preset: str
    explain: str


SCRIPT = (
    ScriptStep(
        predict="The model never sees a label. Will equal digits end up close together?",
        preset="start",
        explain="Yes, mostly: neighbours in $z$ decode to similar images, so similar images are "
        "cheapest to keep together. 4, 7 and 9 share a region: they share their pixels.",
    ),
    ScriptStep(
        predict="What will the grid look like when the KL costs 500 times as much?",
        preset="collapse",
        explain=r"Here $\beta\sigma^2 = 25$ exceeds the largest eigenvalue of MNIST (about 5): "
        "even the best linear model keeps no dimension. The cheapest code is the prior itself; "
        "the decoder then sees noise and answers with the mean image.",
    ),
    ScriptStep(
        predict="Take the KL away. Reconstructions improve. And the prior samples?",
        preset="holes",
        explain="Codes spread wherever they like. The prior looks at a small part of that plane, "
        "and the decoder was never asked to fill the gaps.",
    ),
    ScriptStep(
        predict=r"$\beta$ ten times larger, $\sigma^2$ ten times smaller. Another latent plane?",
        preset="one_knob",
        explain=r"The same one: the optimum depends on $\beta\sigma^2$ only. The reported ELBO "
        r"differs, because it uses $\sigma^2$ alone.",
    ),
    ScriptStep(
        predict="Ten latent dimensions, three worth their price. How many bars will stand?",
        preset="threshold",
        explain=r"As many as eigenvalues above $\beta\sigma^2$, each at "
        r"$\tfrac12\log(\lambda_j/\beta\sigma^2)$. Collapse is no accident of training: it is the "
        "optimum.",
    ),
)


def explanation() -> str:
    """What you see, the terms of its formulas in the colours of the charts (Markdown)."""
    text = _EXPLANATION
    for word, role in _FORMULA_COLORS.items():
        text = text.replace(word, ROLE_COLORS[role])
    return text


_FORMULA_COLORS: dict[str, Role] = {
    "ELBO_COLOR": "elbo",
    "LIKELIHOOD_COLOR": "log_likelihood",
    "KL_COLOR": "kl",
    "OBJECTIVE_COLOR": "objective",
}


def term_colors() -> str:
    """The words of the formulas in the colours of the charts (HTML)."""
    words: tuple[tuple[str, Role], ...] = (
        ("ELBO", "elbo"),
        ("log-likelihood term", "log_likelihood"),
        ("KL", "kl"),
        ("objective", "objective"),
        ("data", "data"),
    )
    return " · ".join(
        f'<span class="term" style="color:{ink(ROLE_COLORS[role])}">{word}</span>'
        for word, role in words
    )
