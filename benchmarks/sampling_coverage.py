"""How often the limits of the audit samples hold, over a grid of true rates; and whether draws are uniform.

Run: python benchmarks/sampling_coverage.py > benchmarks/sampling.md
Attribute limits are enumerated exactly over all possible results, money and rule limits are simulated with fixed seeds.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import stats

from amip_dq.sampling import evaluate_attribute, evaluate_stringer, stratified_estimate
from amip_dq.sampling.planning import chance_of_success
from amip_dq.sampling.proportion import Stratum, default_method
from amip_dq.sampling.tickets import ordered, uniform
from amip_dq.sampling.two_phase import evaluate_rule

RISK = Fraction(1, 20)
CONFIDENCE = "0.95"
RUNS = 1000


@dataclass(frozen=True)
class Coverage:
    """A method, where it was tried, its lowest and mean coverage, and the level it promises."""

    method: str
    setting: str
    lowest: float
    mean: float
    promised: float
    guaranteed: bool

    @property
    def row(self) -> str:
        cells = (self.method, self.setting, _percent(self.promised), _percent(self.lowest), _percent(self.mean),
                 "garantiert" if self.guaranteed else "näherungsweise")  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def _percent(value: float) -> str:
    return f"{value * 100:.2f} %".replace(".", ",")


def hypergeometric_coverage(size: int, n: int, sided: str) -> Coverage:
    """Enumerate every number of wrong cases and every result."""
    found = [_limits(n, x, sided, population_size=size) for x in range(n + 1)]
    chances = []
    for wrong in range(size + 1):
        mass = stats.hypergeom.pmf(np.arange(n + 1), size, wrong, n)
        holds = [low * size <= wrong <= high * size for low, high in found]
        chances.append(float(mass[holds].sum()))
    return _summary("hypergeometrisch exakt, " + sided, f"N = {size}, n = {n}", chances, True)


def binomial_coverage(n: int, distribution: str) -> Coverage:
    """Enumerate results over rates from 0,1 % to 60 %."""
    found = [_limits(n, x, "upper", distribution=distribution) for x in range(n + 1)]
    chances = []
    for rate in np.linspace(0.001, 0.6, 400):
        mass = stats.binom.pmf(np.arange(n + 1), n, rate)
        chances.append(float(mass[[low <= rate <= high for low, high in found]].sum()))
    return _summary(f"{distribution}, upper", f"n = {n}", chances, True)


def _limits(n: int, x: int, sided: str, **more) -> tuple[Fraction | float, Fraction | float]:
    found = evaluate_attribute(confidence=CONFIDENCE, sample_size=n, errors=x, sided=sided, **more)
    low = found.lower_rate if found.lower_rate is not None else Fraction(0)
    return low, found.upper_rate if found.upper_rate is not None else Fraction(1)


def strata_coverage(sizes: tuple[int, int], drawn: tuple[int, int], method: str | None) -> Coverage:
    """Enumerate both strata; `None` is the usual choice (exact for few errors, else Korn and Graubard)."""
    uppers = np.zeros((drawn[0] + 1, drawn[1] + 1))
    for x, y in np.ndindex(uppers.shape):
        strata = [{"N": sizes[0], "n": drawn[0], "errors": int(x)}, {"N": sizes[1], "n": drawn[1], "errors": int(y)}]
        chosen = method or default_method([Stratum(s["N"], s["n"], s["errors"]) for s in strata])
        found = stratified_estimate(
            kind="proportion", confidence=CONFIDENCE, sided="upper", method=chosen, strata=strata
        )
        uppers[x, y] = found.upper_rate
    chances = []
    for one in range(0, sizes[0] + 1, max(1, sizes[0] // 12)):
        for two in range(0, sizes[1] + 1, max(1, sizes[1] // 12)):
            mass = np.outer(stats.hypergeom.pmf(np.arange(drawn[0] + 1), sizes[0], one, drawn[0]),
                            stats.hypergeom.pmf(np.arange(drawn[1] + 1), sizes[1], two, drawn[1]))  # fmt: skip
            chances.append(float(mass[uppers >= (one + two) / sum(sizes) - 1e-12].sum()))
    name = "geschichtet exakt (Auswertung)" if method else "geschichtet, Korn und Graubard ab 5 Fehlern"
    return _summary(name, f"N = {sizes}, n = {drawn}", chances, method == "exact")


def stringer_coverage(taint: Callable[[np.random.Generator, int], np.ndarray], name: str) -> Coverage:
    """Simulate hits with a share of wrong ones and a distribution of their taints."""
    chances = []
    for rate in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2):
        dice, held = np.random.default_rng(7), 0
        truth = rate * float(taint(np.random.default_rng(1), 200_000).mean())
        for _ in range(RUNS):
            wrong = int(dice.binomial(100, rate))
            taints = [round(float(t), 6) for t in taint(dice, wrong)]
            held += evaluate_stringer(confidence=CONFIDENCE, sample_size=100, taints_nonzero=taints).upper_rate >= truth
        chances.append(held / RUNS)
    return _summary("Stringer binomial", f"n = 100, {name}", chances, False)


def recall_coverage(exact: bool) -> Coverage:
    """Simulate a rule with 180 hits among 4.000 cases; 60 and 120 cases examined."""
    chances, seen = [], {}
    for one, two in ((126, 20), (126, 95), (90, 190), (162, 40), (36, 300), (170, 4)):
        dice, held = np.random.default_rng(11), 0
        for _ in range(RUNS):
            result = (int(dice.hypergeometric(one, 180 - one, 60)), int(dice.hypergeometric(two, 3820 - two, 120)))
            if result not in seen:
                seen[result] = evaluate_rule(
                    confidence=CONFIDENCE, flagged=(180, 60, result[0]), unflagged=(3820, 120, result[1])
                )
            told, recall = seen[result], one / (one + two)
            low, high = (
                (told.recall_exact_lower, told.recall_exact_upper) if exact else (told.recall_lower, told.recall_upper)
            )
            held += low - 1e-9 <= recall <= high + 1e-9
        chances.append(held / RUNS)
    return _summary(
        "gefundener Anteil, " + ("exakt" if exact else "Beta-Binomial"), "N = 180 + 3.820, n = 60 + 120", chances, exact
    )


def _summary(method: str, setting: str, chances: Sequence[float], guaranteed: bool) -> Coverage:
    return Coverage(method, setting, min(chances), float(np.mean(chances)), float(1 - RISK), guaranteed)


def coverages() -> Iterator[Coverage]:
    """Yield every method in settings of this office's size."""
    for size, n in ((50, 31), (200, 51), (1000, 57), (1000, 197), (5000, 59)):
        yield hypergeometric_coverage(size, n, "upper")
    for size, n in ((200, 51), (1000, 119)):
        yield hypergeometric_coverage(size, n, "two")
    for distribution in ("binomial", "poisson"):
        yield binomial_coverage(93, distribution)
    for method in ("exact", None):
        yield strata_coverage((60, 40), (20, 15), method)
        yield strata_coverage((180, 820), (30, 30), method)
    yield stringer_coverage(lambda dice, n: np.ones(n), "ganze Beträge falsch")
    yield stringer_coverage(lambda dice, n: dice.uniform(0.01, 1, n), "Anteile gleichverteilt")
    yield stringer_coverage(lambda dice, n: np.clip(dice.exponential(0.1, n), 0.001, 1), "meist kleine Anteile")
    yield recall_coverage(exact=False)
    yield recall_coverage(exact=True)


def uniformity() -> list[str]:
    """Return chi-square tests of the order of drawing and of the start of an interval selection."""
    ids = [f"B{i}" for i in range(50)]
    first = Counter(ordered(ids, f"a{s}")[0][1] for s in range(10_000))
    pairs = Counter(tuple(unit for _, unit in ordered(ids[:5], f"b{s}")[:2]) for s in range(20_000))
    starts = Counter(uniform(11, f"c{s}", "start") for s in range(11_000))
    tests = (("erster Fall von 50", list(first.values()), 50), ("erste zwei von 5, in Reihenfolge", list(pairs.values()), 20),
             ("Startpunkt in 11 Schritten", list(starts.values()), 11))  # fmt: skip
    lines = ["| Prüfung | Ziehungen | Zellen | χ² | p |", "|---|---|---|---|---|"]
    for name, counts, cells in tests:
        assert len(counts) == cells
        found = stats.chisquare(counts)
        lines.append(
            f"| {name} | {sum(counts)} | {cells} | {found.statistic:.1f} | {found.pvalue:.3f} |".replace(".", ",")
        )
    return lines


def extension_risks() -> list[str]:
    """Return what undeclared extension does to the risk at a true rate of 5 % (binomial, 90 % confidence)."""
    plans = ((45, 0), (77, 1), (105, 2), (132, 3), (158, 4))
    lines = ["| verlängert bis | Risiko einer falschen Freigabe |", "|---|---|"]
    for last in range(1, len(plans) + 1):
        lines.append(
            f"| {plans[last - 1][0]} Fälle ({plans[last - 1][1]} Fehler) | {_percent(_accepted(plans[:last], 0.05))} |"
        )
    return lines


def _accepted(plans: Sequence[tuple[int, int]], rate: float) -> float:
    """Return P(some stage accepts) for cumulative sizes and acceptance numbers."""
    states, before, accepted = {0: 1.0}, 0, 0.0
    for n, allowed in plans:
        mass = stats.binom.pmf(np.arange(n - before + 1), n - before, rate)
        moved: dict[int, float] = {}
        for errors, chance in states.items():
            for more, part in enumerate(mass):
                moved[errors + more] = moved.get(errors + more, 0.0) + chance * float(part)
        accepted += sum(chance for errors, chance in moved.items() if errors <= allowed)
        states, before = {errors: chance for errors, chance in moved.items() if errors > allowed}, n
    return accepted


def main() -> None:
    """Print the figures as Markdown."""
    write = sys.stdout.write
    write(
        "# Stichproben: Deckung, Gleichverteilung, Verlängerung\n\nErzeugt mit `python benchmarks/sampling_coverage.py > "
    )
    write(
        "benchmarks/sampling.md`.\n\nDie Deckung sagt, wie oft die genannte Grenze oder Spanne den wahren Wert einschließt, über "
    )
    write("alle wahren Quoten eines Rasters. Quoten sind vollständig durchgerechnet, Beträge und Regelgüte mit je ")
    write(f"{RUNS} Ziehungen und fester Saat simuliert.\n\n")
    write("| Verfahren | Fall | zugesagt | kleinste Deckung | mittlere Deckung | |\n|---|---|---|---|---|---|\n")
    for coverage in coverages():
        write(coverage.row + "\n")
        assert not coverage.guaranteed or coverage.lowest >= coverage.promised - 1e-9, coverage
    write("\n## Ziehungen sind gleichverteilt\n\n" + "\n".join(uniformity()) + "\n")
    write(
        "\n## Was heimliches Verlängern anrichtet\n\nPlan mit 10 % Risiko, wahre Quote 5 %:\n\n"
        + "\n".join(extension_risks())
        + "\n"
    )
    success = chance_of_success(Fraction(1, 50), 57, 0, 1000)
    write(
        f"\nEin Plan mit 57 Fällen und keinem zulässigen Fehler gelingt bei einer wahren Quote von 2 % in {_percent(success)} der Prüfungen.\n"
    )


if __name__ == "__main__":
    main()
