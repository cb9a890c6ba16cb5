"""Small made-up instances of ITC-2007, and the best timetable by trying all."""

from itertools import chain, combinations, product

from optimise.timetabling.itc2007.instance import Course, Curriculum, Instance, Lecture, Room
from optimise.timetabling.itc2007.scoring import score


def made_up(random):
    """Three courses, two rooms and two days of two periods; often tight, at times impossible."""
    courses = tuple(
        Course(
            name=f"c{i}",
            teacher=f"t{random.randrange(3)}",
            lectures=random.choice([1, 1, 2]),
            minimum_days=random.choice([1, 2]),
            students=random.choice([8, 14, 16]),
        )
        for i in range(3)
    )
    rooms = (Room("r0", 14), Room("r1", 9))
    pairs = [(0, 1), (1, 2), (0, 2)]
    curricula = tuple(
        Curriculum(f"q{k}", pair)
        for k, pair in enumerate(random.sample(pairs, random.choice([1, 2])))
    )
    closed = random.choice([0, 1, 2])
    unavailable = frozenset(
        (i, period) for i in range(3) for period in random.sample(range(4), closed)
    )
    return Instance("made-up", 2, 2, courses, rooms, curricula, unavailable)


def best_of_all(instance):
    """Least cost over all timetables that break no hard rule; None without one."""
    ways = []
    for i, course in enumerate(instance.courses):
        free = [p for p in range(instance.periods) if (i, p) not in instance.unavailable]
        ways.append(
            [
                [Lecture(i, room, period) for room, period in zip(rooms, periods, strict=True)]
                for periods in combinations(free, course.lectures)
                for rooms in product(range(len(instance.rooms)), repeat=course.lectures)
            ]
        )
    scores = (score(instance, tuple(chain.from_iterable(way))) for way in product(*ways))
    return min((one.value for one in scores if not one.broken), default=None)
