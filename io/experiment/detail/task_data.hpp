#pragma once

#include "synop/io/experiment/detail/sections.hpp"

namespace synop::detail {

// [task.dataset] and [task.encoder]; which keys there are depends on the source and on the type.
void read_dataset(TableReader& table, const ReadContext& context, DatasetSection& dataset);
void read_encoder(TableReader& table, Delay presentation, EncoderSection& encoder);

}  // namespace synop::detail
