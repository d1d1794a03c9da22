"""The list of mutants: each has its place in the course as it is. `make mutants` tries them."""

import mutants


def test_the_list_can_be_read_and_every_mutant_has_its_place():
    whole = mutants.listed() + mutants.made(seed=1, count=100)
    assert len(whole) >= 150
    assert all(mutant.then or mutant.old != mutant.new for mutant in whole)
