/** An invoice of one page. */
export function invoicePdf(): Buffer {
  const drawing = draw()
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
       /Resources << /Font << /Plain 5 0 R /Bold 6 0 R >> >> >>`,
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
  ])
}

const ITEMS = [
  { what: 'Analytical engine, one day of use', price: '480.00' },
  { what: 'Bernoulli numbers, set of eight', price: '120.00' },
  { what: 'Punched cards, box of 500', price: '36.50' },
]

/** In points, from the lower left corner of the page. */
function draw(): string {
  const rows = ITEMS.flatMap(({ what, price }, index) => [
    text('Plain', 11, 64, 568 - 28 * index, what),
    text('Plain', 11, 480, 568 - 28 * index, price),
    line(0.85, 64, 558 - 28 * index, 531),
  ])
  return [
    '0.165 0.451 0.345 rg 0 806 595 36 re f 0 0 0 rg',
    text('Bold', 24, 64, 730, 'Invoice 2026-001'),
    text('Plain', 11, 64, 694, "Lovelace & Sons, 12 St James's Square, London"),
    text('Plain', 11, 64, 678, 'For: Charles Babbage'),
    text('Bold', 11, 64, 600, 'What'),
    text('Bold', 11, 480, 600, 'EUR'),
    line(0.2, 64, 590, 531),
    ...rows,
    text('Bold', 13, 64, 462, 'Total'),
    text('Bold', 13, 480, 462, '636.50'),
    text('Plain', 11, 64, 410, 'Payable within 30 days. Thank you.'),
  ].join('\n')
}

function text(font: 'Plain' | 'Bold', size: number, x: number, y: number, words: string): string {
  return `BT /${font} ${size} Tf ${x} ${y} Td (${words.replace(/[\\()]/g, '\\$&')}) Tj ET`
}

function line(gray: number, x: number, y: number, end: number): string {
  return `${gray} G 0.7 w ${x} ${y} m ${end} ${y} l S`
}

/** Numbers the objects from 1, and ends with the table that tells readers at which byte each one begins. */
function assemble(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n'
  const starts = objects.map((object, index) => {
    const start = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return start
  })
  const rows = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\n`
  return Buffer.from(`${file}${table}startxref\n${file.length}\n%%EOF\n`, 'latin1')
}
