"""Words by what they say, one file a list, in English, German, French, Spanish, Italian and Dutch."""
