"""Word, PDF and labels out of data: templates, fonts, glyphs, QR codes. Knows no app and no database.

- `sheets`: a sheet of paper as data: headings, fields, texts, tables, signatures.
- `pdf.sheet(sheet)`, `word.sheet(sheet)`: the same sheet as PDF/A and as Word.
- `pdf.render(template, data)`: PDF from an own Typst template; `word.render(template, data)`: Word from a template that
  people edit, with placeholders.
- `labels.sheet(labels)`: labels with QR codes on A4; `qr.svg(text)`, `qr.png(text)`.
- `fonts.missing(data)`: characters that the font cannot show.

The same data give the same bytes.
"""
