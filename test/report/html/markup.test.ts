import { expect, it } from 'vitest'
import { escapeHtml, formatMs } from '../../../src/report/html/markup.js'
import { readHtml } from '../read-html.js'

it('keeps text as it was, whatever it would mean to a browser', () => {
  const text = `<b class="x"> & 'y' </b> &amp; é 😀`
  expect(readHtml(escapeHtml(text)).text).toBe(text)
  const attribute = readHtml(`<i title="${escapeHtml(text)}"></i>`).children[0]
  expect(typeof attribute === 'object' && attribute.attributes.title).toBe(text)
})

it('shows control characters as their pictures, and keeps line breaks and tabs', () => {
  expect(escapeHtml('a\u0000\u0007\u001b\u000b\u001fb\t\n')).toBe('a␀␇␛␋␟b\t\n')
  expect(escapeHtml('\ud800x\udc00')).toBe('\ufffdx\ufffd')
})

it.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [12_345, '12.3 s'],
])('%d ms is %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})
