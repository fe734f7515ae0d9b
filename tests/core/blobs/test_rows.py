"""Rows about blobs."""

import pytest
from django.db import IntegrityError, transaction

from apps.core.blobs.models import Blob, Holding
from tests.core.blobs.build import md5

pytestmark = [pytest.mark.django_db, pytest.mark.backend]


def test_a_blob_is_announced_before_its_bytes_are_known() -> None:
    first, second = Blob.objects.create(), Blob.objects.create()
    assert first.key != second.key
    assert (first.size, first.md5, first.verified) == (None, "", False)


def test_a_key_belongs_to_one_blob() -> None:
    key = Blob.objects.create().key
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.create(key=key)


def test_a_tenant_finds_its_own_duplicates_only() -> None:
    blob = Blob.objects.create(md5=md5(b"x"), size=1, verified=True)
    Holding.objects.create(tenant_id=1, md5=blob.md5, size=1, blob=blob)
    assert Holding.objects.get(tenant_id=1, md5=md5(b"x"), size=1).blob == blob
    assert not Holding.objects.filter(tenant_id=2, md5=md5(b"x")).exists()


def test_a_move_adds_a_holding_of_the_same_blob() -> None:
    blob = Blob.objects.create(md5=md5(b"x"), size=1, verified=True)
    for tenant_id in (1, 2):
        Holding.objects.create(tenant_id=tenant_id, md5=blob.md5, size=1, blob=blob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(tenant_id=2, md5=blob.md5, size=1, blob=blob)
    assert blob.holdings.count() == 2
