"""Models behind Label Studio's protocol for ML backends. A model class may subclass `Model`, and need not."""

from lsform.ml.model import Model as Model
