"""Seven pretext tasks put together from lightly's losses, heads and helpers.

Of each: `views` of an image; `forward`, the networks, which may run in bfloat16; `loss` of what
they give, in float32. Every view is its own pass, so batch normalisation sees one view at a time,
as in lightly's examples.
"""

import torchvision_operators  # noqa: F401  before torchvision

import copy
import math
import warnings
from dataclasses import dataclass

import torch
from lightly.loss import BarlowTwinsLoss, DINOLoss, NegativeCosineSimilarity, NTXentLoss
from lightly.loss import SwaVLoss, VICRegLoss
from lightly.models import utils
from lightly.models.modules import BarlowTwinsProjectionHead, BYOLPredictionHead
from lightly.models.modules import BYOLProjectionHead, DINOProjectionHead
from lightly.models.modules import MaskedVisionTransformerDecoderTIMM, MaskedVisionTransformerTIMM
from lightly.models.modules import SwaVProjectionHead, SwaVPrototypes
from lightly.models.modules.heads import ProjectionHead, VICRegProjectionHead
from lightly.models.modules.masked_vision_transformer_timm import init_weights
from lightly.models.modules.memory_bank import MemoryBankModule
from lightly.utils.scheduler import cosine_schedule
from torch import nn
from torch.nn import functional as F

from lightly_data import view

warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # lightly's


@dataclass
class Run:
    """What methods scale their settings by, and the settings that the command line gives."""

    images: int
    batch: int
    steps: int
    queue: int
    decoder: tuple


class Method(nn.Module):
    """What most methods share: two networks in a row, and nothing to do between the steps."""

    def __init__(self, backbone, projector):
        super().__init__()
        self.backbone = backbone
        self.student = nn.Sequential(backbone, projector)

    def forward(self, views):
        return [self.student(images) for images in views]

    def before_update(self, step):
        """After the gradients, before the optimiser."""

    def after_update(self, step):
        """After the optimiser."""

    def follow(self, step, momentum):
        """Moves `teacher` towards `student`: its parameters; its statistics are its own."""
        momentum = max(0.0, min(momentum, 1 - 10 / self.run.steps))
        momentum = cosine_schedule(step, self.run.steps, momentum, 1.0)
        utils.update_momentum(self.student, self.teacher, momentum)

    @property
    def result(self):
        """The pretrained backbone."""
        return self.backbone


class SimCLR(Method):
    @staticmethod
    def views(size):
        return [view(size, (0.08, 1), saturation=0.4)] * 2

    def __init__(self, backbone, run):
        # SimCLRProjectionHead would normalise the output too.
        hidden = (backbone.features, 2048, nn.BatchNorm1d(2048), nn.ReLU())
        super().__init__(backbone, ProjectionHead([hidden, (2048, 256, None, None)]))
        self.criterion = NTXentLoss(temperature=0.2)

    def loss(self, outputs, step):
        return self.criterion(*outputs)


class BYOL(Method):
    @staticmethod
    def views(size):
        return [view(size, (0.08, 1), saturation=0.2, solarise=share) for share in (0, 0.2)]

    def __init__(self, backbone, run):
        super().__init__(backbone, BYOLProjectionHead(backbone.features, 4096, 256))
        self.predictor = BYOLPredictionHead(256, 4096, 256)
        self.teacher = copy.deepcopy(self.student)  # stays in training mode
        utils.deactivate_requires_grad(self.teacher)
        self.criterion = NegativeCosineSimilarity()
        self.run = run

    def forward(self, views):
        with torch.no_grad():
            targets = [self.teacher(images) for images in views]
        return [self.predictor(z) for z in super().forward(views)] + targets

    def loss(self, outputs, step):
        p0, p1, target0, target1 = outputs
        return (2 + 2 * self.criterion(p0, target1)) + (2 + 2 * self.criterion(p1, target0))

    def after_update(self, step):
        self.follow(step, 0.99)


class BarlowTwins(Method):
    views = staticmethod(BYOL.views)

    def __init__(self, backbone, run):
        super().__init__(backbone, BarlowTwinsProjectionHead(backbone.features, 2048, 2048))
        self.criterion = BarlowTwinsLoss(lambda_param=5e-3)

    def loss(self, outputs, step):
        return 0.1 * self.criterion(*outputs)  # solo-learn's factor


class VICReg(Method):
    @staticmethod
    def views(size):
        return [view(size, (0.2, 1), saturation=0.2, solarise=0.1)] * 2

    def __init__(self, backbone, run):
        super().__init__(backbone, VICRegProjectionHead(backbone.features, 2048, 2048))
        self.criterion = VICRegLoss(lambda_param=25, mu_param=25, nu_param=1)

    def loss(self, outputs, step):
        return self.criterion(*outputs)


class SwAV(Method):
    @staticmethod
    def views(size):
        return [view(size, (0.08, 1), saturation=0.4)] * 2

    def __init__(self, backbone, run):
        super().__init__(backbone, SwaVProjectionHead(backbone.features, 2048, 128))
        count, frozen = min(3000, run.images // 10), math.ceil(0.002 * run.steps)
        self.prototypes = SwaVPrototypes(128, count, n_steps_frozen_prototypes=frozen)
        # The paper's prototypes are directions alone; lightly's layer has a bias.
        self.prototypes.heads[0].register_parameter("bias", None)
        self.criterion = SwaVLoss(
            temperature=0.1, sinkhorn_iterations=3, sinkhorn_epsilon=0.05
        )
        size = (run.queue, 128)
        self.queues = [MemoryBankModule(size, feature_dim_first=False) for _ in range(2)]
        # A queue is full of random directions at first.
        self.queue_start = max(math.ceil(0.05 * run.steps), run.queue // run.batch)
        self.run = run

    def loss(self, outputs, step):
        self.prototypes.normalize()
        z = [F.normalize(output) for output in outputs]
        logits = [self.prototypes(part, step) for part in z]
        return self.criterion(logits[:2], logits[2:], self.queued(z[:2], step)).squeeze()

    @torch.no_grad()
    def queued(self, z, step):
        """The logits of each large view's queue, before this batch joins it."""
        if self.run.queue == 0:
            return None
        earlier = [queue(part, update=True)[1] for queue, part in zip(self.queues, z)]
        if step < self.queue_start:
            return None
        return [self.prototypes(part, step) for part in earlier]


class DINO(Method):
    views = staticmethod(BYOL.views)

    def __init__(self, backbone, run):
        count, frozen = min(4096, run.images // 10), math.ceil(0.001 * run.steps)
        normalise = not hasattr(backbone, "patch_embed")  # in the heads of ConvNets only

        def head():
            return DINOProjectionHead(
                backbone.features, 2048, 256, count, batch_norm=normalise, freeze_last_layer=frozen
            )

        super().__init__(backbone, head())
        self.teacher = nn.Sequential(copy.deepcopy(backbone), head())  # stays in training mode
        self.teacher.load_state_dict(self.student.state_dict())
        utils.deactivate_requires_grad(self.teacher)
        self.criterion = DINOLoss(count, student_temp=0.1, center_momentum=0.9)
        self.run = run

    def forward(self, views):
        with torch.no_grad():
            targets = [self.teacher(images) for images in views[:2]]
        return targets + super().forward(views)

    def loss(self, outputs, step):
        return self.criterion(outputs[:2], outputs[2:], teacher_temp=0.04)

    def before_update(self, step):
        self.student[1].cancel_last_layer_gradients(step)

    def after_update(self, step):
        self.follow(step, 0.9995)

    @property
    def result(self):
        return self.teacher[0]


class MAE(Method):
    @staticmethod
    def views(size):
        return [view(size, (0.2, 1))]

    def __init__(self, backbone, run):
        if not hasattr(backbone, "patch_embed"):
            raise SystemExit("mae: masks the patches of a ViT; take --backbone vit-micro")
        width, depth, heads = run.decoder
        super().__init__(backbone, nn.Identity())
        # Begins the backbone anew: MAE's Xavier weights, fixed sine-cosine positions.
        self.encoder = MaskedVisionTransformerTIMM(backbone)
        self.decoder = MaskedVisionTransformerDecoderTIMM(
            backbone.patch_embed.num_patches, width, depth, heads
        )
        self.patch = backbone.patch_embed.patch_size[0]
        self.embed = nn.Linear(backbone.features, width).apply(init_weights)
        self.predict = nn.Linear(width, 3 * self.patch**2).apply(init_weights)

    def forward(self, views):
        images = views[0]
        size = (len(images), self.encoder.sequence_length)
        kept, masked = utils.random_token_mask(size, mask_ratio=0.75)
        tokens = utils.repeat_token(self.decoder.mask_token, size)
        encoded = self.embed(self.encoder.encode(images, idx_keep=kept))
        decoded = self.decoder(utils.set_at_index(tokens, kept, encoded.type_as(tokens)))
        # The class token is token 0 and no patch.
        patches = utils.get_at_index(utils.patchify(images, self.patch), masked - 1)
        return self.predict(utils.get_at_index(decoded, masked)), utils.normalize_mean_var(patches)

    def loss(self, outputs, step):
        return F.mse_loss(*outputs)


METHODS = {
    "simclr": SimCLR,
    "byol": BYOL,
    "barlow-twins": BarlowTwins,
    "vicreg": VICReg,
    "swav": SwAV,
    "dino": DINO,
    "mae": MAE,
}
