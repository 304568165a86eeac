"""What proves the sentences of the foundations lesson."""

PROOFS = ()
