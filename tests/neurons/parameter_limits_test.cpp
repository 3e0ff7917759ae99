// What the integrate-and-fire models refuse, so that no derived quantity leaves the range of a double.
#include <gtest/gtest.h>

#include "synop/core/error.hpp"
#include "synop/neurons/iaf_psc_alpha.hpp"
#include "synop/neurons/iaf_psc_delta.hpp"
#include "synop/neurons/iaf_psc_delta_adaptive.hpp"
#include "synop/neurons/iaf_psc_exp.hpp"

namespace synop {
namespace {

template <class Model>
class ParameterLimits : public testing::Test {};
using Models = testing::Types<IafPscDelta, IafPscExp, IafPscAlpha, IafPscDeltaAdaptive>;
TYPED_TEST_SUITE(ParameterLimits, Models);

template <class Model>
void expect_refused(const Model& model, std::string_view part) {
  try {
    model.validate();
    ADD_FAILURE() << "no error, expected: " << part;
  } catch (const Error& error) {
    EXPECT_NE(std::string_view(error.what()).find(part), std::string_view::npos) << error.what();
  }
}

TYPED_TEST(ParameterLimits, RefuseAParameterBeyondItsRange) {
  const auto with = [](double TypeParam::*field, double value) {
    TypeParam model;
    model.*field = value;
    return model;
  };
  expect_refused(with(&TypeParam::C_m, 1e-300), "C_m");
  expect_refused(with(&TypeParam::C_m, 1e300), "C_m");
  expect_refused(with(&TypeParam::I_e, 1e300), "I_e");
  expect_refused(with(&TypeParam::E_L, -1e300), "E_L");
  expect_refused(with(&TypeParam::V_th, 1e308), "V_th");
  expect_refused(with(&TypeParam::V_reset, -1e308), "V_reset");
}

TYPED_TEST(ParameterLimits, RefuseAResistanceOrARestingPotentialBeyondAllSense) {
  TypeParam model;
  model.tau_m = 1e6;
  model.C_m = 1e-6;
  expect_refused(model, "1000000000000 GOhm");
  model.C_m = 1e3;
  model.I_e = 1e7;
  expect_refused(model, "E_L + R I_e");
  model.I_e = 1e5;
  model.validate();
}

}  // namespace
}  // namespace synop
