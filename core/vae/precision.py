"""In which precision the products of a training step are computed.

Processors with bfloat16 instructions multiply large matrices about twice as fast in it.
Parameters, moments, z, squared error and every reported number stay in float32. ELBOs after
training in both are compared by ``test_reduced_products_cost_no_elbo``.
"""

from functools import cache

import torch
from torch import Tensor

REDUCED_FROM = 64 * 1024
"""Elements of a weight from which the faster products outweigh the conversions."""


@cache
def has_fast_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16 products."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def product_precision(weight: Tensor) -> torch.dtype:
    """Of a layer's products: its weight's own, ``[out, in]``, or bfloat16 where that is faster."""
    is_large = weight.numel() >= REDUCED_FROM
    if is_large and weight.dtype == torch.float32 and has_fast_bfloat16():
        return torch.bfloat16
    return weight.dtype
