"""A slice of what `./bifang bench lives` lives through, which throws other dice each time."""

from tests.visits.model.lives import live

PEOPLE, YEARS, SEED = 6, 1, 2026


def test_a_few_people_owe_for_a_year_what_the_model_says() -> None:
    found = [disagreement for n in range(PEOPLE) for disagreement in live(f"{SEED}:{n}", YEARS).disagreements]

    assert found == [], f"./bifang bench lives --seed {SEED} --people {PEOPLE} --years {YEARS}"
