#pragma once

#include "synop/io/energy/energy_account.hpp"

// What each side costs by one price table, and what follows for a pair of them.
namespace synop::detail {

// Per inference of the result, and of its training.
Cost spiking_cost(const EnergyResult& result, const PriceTable& table, Traffic traffic, const EnergyOptions& options);
Cost ann_cost(const Equivalent& ann, const PriceTable& table, Traffic traffic);

// The ratio, the verdict, the two prices that matter most, the life cycle; empty where a side has no total.
Contest contest(std::size_t opponent, const Cost& spiking, Cost cost);

// Fills summaries and verdicts, and which opponent decides, from the tables of an account.
void summarise(EnergyAccount& account);
void judge(EnergyAccount& account);

}  // namespace synop::detail
