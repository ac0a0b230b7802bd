"""The core of Namewright: checkpoints in, names and scores out.

    from app.engine import load_model
    model = load_model("models/mlp.safetensors")
    model.sample(20, seed=42, temperature=0.8)
    model.score(["emma", "xqzt"])

It needs numpy, safetensors and the standard library; it knows no HTTP and no torch.
"""

from app.engine.errors import NamewrightError as NamewrightError
from app.engine.errors import UnscorableError as UnscorableError
from app.engine.model import Model as Model
from app.engine.model import Registry as Registry
from app.engine.model import check_default as check_default
from app.engine.model import find_checkpoints as find_checkpoints
from app.engine.model import load_model as load_model
from app.engine.model import load_models as load_models
from app.engine.model import load_registry as load_registry
from app.engine.scoring import Score as Score
