"""Word, PDF and labels out of data: templates, fonts, glyphs, QR codes. Knows no app and no database."""
