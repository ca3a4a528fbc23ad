"""Small shares drawn toward a reference: published examples, edges of the fit, and years taken together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators.statistics.proportions import Proportion
from tracker.indicators.statistics.shrinkage import Beta, Pooled, Prior, from_mean_and_sd, pooled, prior_from
from tracker.indicators.statistics.standardisation import NoReference

# Deaths among operations in 12 hospitals: Spiegelhalter et al., BUGS Examples Volume 1, "Surgical".
SURGICAL = [
    Proportion(deaths, operations)
    for deaths, operations in zip(
        [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24],
        [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360],
        strict=True,
    )
]


def fitted(reference: list[Proportion]) -> Prior:
    prior = prior_from(reference)
    assert isinstance(prior, Prior)
    return prior


def test_the_surgical_hospitals_have_the_published_likeliest_distribution() -> None:
    prior = fitted(SURGICAL)
    assert (prior.method, prior.municipalities) == ("likelihood", 12)
    assert prior.distribution.alpha == pytest.approx(8.2535, abs=1e-4)
    assert prior.distribution.beta == pytest.approx(99.637, abs=1e-3)


def test_a_small_hospital_without_deaths_is_drawn_up_and_a_large_one_hardly_moved() -> None:
    prior = fitted(SURGICAL)
    assert prior.posterior(SURGICAL[0]).mean == pytest.approx(8.2535 / (107.8905 + 47), abs=1e-5)
    assert prior.posterior(SURGICAL[3]).mean == pytest.approx(46 / 810, abs=0.003)


def test_the_moments_of_the_rats_give_the_published_distribution() -> None:
    # Mean and standard deviation of 70 groups of rats (Tarone 1982): Gelman et al., Bayesian Data Analysis, 5.1.
    beta = from_mean_and_sd(0.136007, 0.103492)
    assert beta is not None
    assert (beta.alpha, beta.beta) == pytest.approx((1.36, 8.62), abs=0.006)
    posterior = Prior(beta, "moments", 70).posterior(Proportion(4, 14))
    assert (posterior.mean, posterior.sd) == pytest.approx((0.223, 0.083), abs=5e-4)


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.4))
def test_moments_give_back_the_mean_and_the_spread(mean: float, sd: float) -> None:
    beta = from_mean_and_sd(mean, sd)
    if beta is None:
        assert sd * sd >= mean * (1 - mean)
    else:
        assert (beta.mean, beta.sd) == pytest.approx((mean, sd))


def test_the_interval_has_as_much_above_it_as_below() -> None:
    interval = Beta(1, 1).interval(0.9)
    assert (interval.low, interval.high) == pytest.approx((0.05, 0.95))


def test_municipalities_that_spread_less_than_chance_are_fitted_by_moments() -> None:
    prior = fitted([Proportion(50, 100), Proportion(51, 100), Proportion(49, 100), Proportion(50, 100)])
    assert prior.method == "moments"
    assert prior.distribution.mean == pytest.approx(0.5)
    # mean (1 - mean) / variance - 1, with the variance of four raw shares
    assert prior.distribution.alpha + prior.distribution.beta == pytest.approx(0.25 / (0.0002 / 3) - 1)


@pytest.mark.parametrize(
    "reference",
    [
        [],
        [Proportion(5, 10)],
        [Proportion(5, 10), Proportion(0, 0)],
        [Proportion(5, 10), Proportion(10, 20)],
        [Proportion(1, 10), Proportion(1, 10), Proportion(1, 10)],
        [Proportion(0, 10), Proportion(20, 20)],
        [Proportion(0, 10), Proportion(0, 20)],
    ],
)
def test_a_reference_that_tells_of_no_spread_gives_no_number(reference: list[Proportion]) -> None:
    assert isinstance(prior_from(reference), NoReference)


@st.composite
def references(draw: st.DrawFn) -> list[Proportion]:
    sizes = draw(st.lists(st.integers(1, 300), min_size=2, max_size=12))
    return [Proportion(draw(st.integers(0, n)), n) for n in sizes]


@given(references(), st.integers(0, 50), st.integers(0, 50))
def test_the_shrunk_share_lies_between_the_raw_one_and_that_of_the_reference(
    reference: list[Proportion], counted: int, others: int
) -> None:
    prior = prior_from(reference)
    own = Proportion(counted, counted + others)
    if isinstance(prior, Prior) and own.share is not None:
        ends = sorted([own.share, prior.distribution.mean])
        assert ends[0] - 1e-12 <= prior.posterior(own).mean <= ends[1] + 1e-12


def test_a_municipality_without_people_has_the_distribution_of_the_reference() -> None:
    prior = fitted(SURGICAL)
    assert prior.posterior(Proportion(0, 0)) == prior.distribution


@pytest.mark.parametrize("alpha, beta", [(0, 1), (1, 0), (-1, 1), (float("inf"), 1), (float("nan"), 1)])
def test_a_beta_distribution_has_parameters_above_0(alpha: float, beta: float) -> None:
    with pytest.raises(ValueError, match="alpha and beta must be above 0 and finite"):
        Beta(alpha, beta)


def test_a_probability_lies_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="probability must be above 0 and below 1, got 95"):
        Beta(1, 1).interval(95)


YEARS = {2018: Proportion(9, 9), 2019: Proportion(1, 5), 2021: Proportion(6, 19), 2022: Proportion(7, 20)}


@pytest.mark.parametrize(
    "year, taken, counted, out_of",
    [
        (2022, (2022,), 7, 20),  # 20 people are enough
        (2021, (2019, 2021), 7, 24),  # 19 are not, and 2020 was not measured
        (2019, (2018, 2019), 10, 14),
        (2018, (2018,), 9, 9),  # nothing before it
    ],
)
def test_a_year_with_fewer_than_20_people_is_taken_together_with_the_two_before(
    year: int, taken: tuple[int, ...], counted: int, out_of: int
) -> None:
    assert pooled(YEARS, year) == Pooled(taken, Proportion(counted, out_of))


def test_a_year_that_was_not_measured_has_no_figure() -> None:
    with pytest.raises(ValueError, match="no figure for the year 2020; there are 2018, 2019, 2021, 2022"):
        pooled(YEARS, 2020)
    with pytest.raises(ValueError, match="there are none"):
        pooled({}, 2020)
    with pytest.raises(ValueError, match="one year or more"):
        pooled(YEARS, 2019, years=0)
