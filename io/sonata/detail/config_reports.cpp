#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/sonata/detail/config_sections.hpp"

namespace synop::sonata {

namespace {

std::optional<SonataReport> read_report(const JsonObject& report, const std::string& name, std::optional<double> run_dt,
                                        std::vector<std::string>& assumptions) {
  if (!report.flag("enabled").value_or(true)) {
    assumptions.push_back(fmt::format("report '{}' is left out, as its 'enabled': false says", name));
    return std::nullopt;
  }
  SonataReport result;
  result.name = name;
  result.where = report.where();
  constexpr std::string_view modules[] = {"membrane_report", "multimeter_report"};
  const std::string module = report.text("module").value_or("membrane_report");
  if (std::find(std::begin(modules), std::end(modules), module) == std::end(modules))
    report.refuse("module", fmt::format("'{}' is not supported{}", module, did_you_mean(module, modules)));
  const std::string variable = report.required_text("variable_name");
  if (variable != "V_m" && variable != "v")
    report.refuse("variable_name", fmt::format("'{}' cannot be recorded; allowed: V_m (or v)", variable));
  const std::string unit = report.text("unit").value_or("mV");
  if (unit != "mV") report.refuse("unit", fmt::format("'{}' is not supported; allowed: mV", unit));
  result.cells = node_set_of(report, "cells");
  result.start = time_of(report, "start_time", report.number("start_time").value_or(0.0));
  if (const auto end = report.number("end_time")) result.stop = time_of(report, "end_time", *end);
  if (result.stop <= result.start) report.refuse("end_time", "must lie after start_time");
  const auto dt = report.number("dt");
  if (!dt && !run_dt) report.refuse("dt", "this key is missing, here and in 'run': the interval of the report in ms");
  result.interval = Delay::from_ms(number_above_zero(report, "dt", dt ? *dt : *run_dt));
  if (result.interval.ticks <= 0) report.refuse("dt", "must be 1e-9 ms or more");
  result.file_name = file_name_of(report, "file_name", Manifest(), report.text("file_name").value_or(name), "");
  if (!result.file_name.ends_with(".h5")) result.file_name += ".h5";
  constexpr std::string_view without_effect[] = {"sections", "electrode_channels"};
  report.ignore(without_effect);
  return result;
}

}  // namespace

void read_reports(const ConfigFile& file, std::optional<double> dt, SonataConfig& config,
                  std::vector<std::string>& unread) {
  const auto reports = file.object.object("reports");
  if (!reports) return;
  for (const auto& item : reports->json().items()) {
    const JsonObject object = *reports->object(item.key());
    auto report = read_report(object, item.key(), dt, config.assumptions);
    if (!report) continue;
    note_unread(object, unread);
    for (const SonataReport& other : config.reports)
      if (other.file_name == report->file_name)
        throw Error(ErrorKind::input, fmt::format("{}: writes '{}', as report '{}' does", report->where,
                                                  report->file_name, other.name));
    config.reports.push_back(std::move(*report));
  }
}

}  // namespace synop::sonata
