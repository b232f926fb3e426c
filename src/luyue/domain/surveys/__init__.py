"""Rules of surveys: questions and answers, whom to ask, the random sample, figures (V-1, V-2, V-3). Pure."""
