#include "CTorch.h"
#include <ATen/core/Tensor.h>
