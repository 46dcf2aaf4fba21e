from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from anxin.engines.reading.text import Model, clusters, near_duplicates


def rows(texts: list[str]) -> csr_array:
    return Model.shipped().rows(texts)


def test_copies_are_found() -> None:
    texts = [
        "理赔太慢了，等了两个月",
        "停车位太少",
        "理赔太慢了，等了两个月！",
        "理赔太慢了等了2个月",
        "希望增加停车位",
    ]
    found = near_duplicates(rows(texts))
    assert [set(cluster.members) for cluster in found] == [{0, 2}] or 3 in found[0].members
    assert {0, 2} <= set(found[0].members)
    assert 1 not in found[0].members


def test_clusters_of_what_is_alike() -> None:
    texts = [
        "停车位太少了",
        "停车位不够",
        "停车位太少",
        "希望多点停车位",
        "洗车券不能用",
        "洗车券过期了",
        "洗车券约不到",
        "天气很好",
    ]
    found = [set(cluster.members) for cluster in clusters(rows(texts), least=0.2)]
    assert {0, 2} <= found[0] <= {0, 1, 2, 3}
    assert {4, 5, 6} in found
    assert not any(7 in group for group in found)


def test_every_text_is_in_one_cluster_at_most() -> None:
    chance = np.random.default_rng(3)
    texts = ["".join(chance.choice(list("停车位洗券太少慢"), 6)) for _ in range(300)]
    found = clusters(rows(texts), least=0.25)
    members = [text for cluster in found for text in cluster.members]
    assert len(members) == len(set(members))
    assert all(len(cluster.members) >= 3 for cluster in found)
    assert [len(cluster.members) for cluster in found] == sorted(
        (len(cluster.members) for cluster in found), reverse=True
    )


def test_many_texts_join_the_leaders_of_a_sample() -> None:
    texts = [f"停车位太少{'了啊吧'[at % 3]}" for at in range(2600)] + ["洗车券不能用"] * 400
    found = clusters(rows(texts))
    assert {len(cluster.members) for cluster in found} == {2600, 400}


def test_none() -> None:
    assert clusters(rows([])) == []
    assert clusters(rows(["", "", ""])) == []
    assert near_duplicates(rows(["停车位", "理赔慢"])) == []
