"""The networks: one loop trains them all, and any of them can be compiled into an automaton.

| here            | after                                        | what it sees of the past        |
| --------------- | -------------------------------------------- | ------------------------------- |
| bigram.py       | Karpathy, makemore part 1                    | one character                   |
| mlp.py          | Bengio et al. 2003                           | `context` characters            |
| bow.py          | Iyyer et al. 2015, deep averaging            | all, but not their order        |
| cnn.py          | van den Oord et al. 2016, WaveNet            | 2^layers characters             |
| recurrent.py    | Elman 1990; Hochreiter & Schmidhuber 1997;   | all, through a state            |
|                 | Cho et al. 2014                              |                                 |
| transformer.py  | Radford et al. 2019, GPT-2                   | all, by attention               |
"""

from training.configs import NetworkConfig as NetworkConfig
from training.models.bigram import BigramNet as BigramNet
from training.models.bow import BagOfCharacters as BagOfCharacters
from training.models.cnn import CNN as CNN
from training.models.mlp import MLP as MLP
from training.models.network import Network as Network
from training.models.recurrent import GRU as GRU
from training.models.recurrent import LSTM as LSTM
from training.models.recurrent import RNN as RNN
from training.models.transformer import Transformer as Transformer

NETWORKS: dict[str, type[Network]] = {
    network.architecture: network
    for network in (BigramNet, MLP, BagOfCharacters, CNN, RNN, GRU, LSTM, Transformer)
}
"""By the name of the architecture, from simple to not."""
