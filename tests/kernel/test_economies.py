from django.utils.translation import override

from opensti.kernel.economies import economy_name


def test_an_economy_is_called_by_its_name_in_the_language_of_the_reader():
    said = []
    for language in ("vi", "en"):
        with override(language):
            said.append([economy_name(code) for code in ("VNM", "THA", "01", "")])

    assert said == [
        ["Việt Nam", "Thái Lan", "01", ""],
        ["Viet Nam", "Thailand", "01", ""],
    ]
