"""The bigram-net's gradients by `scalar_autograd.py`: `train bigram-net --autograd scalar`."""

import torch
from torch import Tensor

from training.models.bigram import BigramNet
from training.models.network import Network
from training.scalar_autograd import Bigram
from training.sequences import IGNORED, Sequences


def scalar_backward(network: Network, names: Sequences) -> Tensor:
    """The loss of some names, nats per prediction; its gradients are left in the weights' `grad`.

    As `fit.backward`, with plain Python's numbers in place of torch's tensors.
    """
    assert isinstance(network, BigramNet)
    pairs = [
        (before, token)
        for row, targets in zip(names.tokens.tolist(), names.targets.tolist(), strict=True)
        for before, token in zip(row, targets, strict=True)
        if token != IGNORED
    ]
    bigram = Bigram.of(network.weight.tolist())
    loss = bigram.loss(pairs)
    loss.backward()
    network.weight.grad = torch.tensor([[weight.grad for weight in row] for row in bigram.weight])
    return torch.tensor(loss.data)
