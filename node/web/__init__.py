"""The pages and the JSON API of a station. Only Flask here, no rules: parse, call one desk method, answer."""
