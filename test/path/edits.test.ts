import { expect, test } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { newestRelease } from '../../src/config/haproxy/release.js'
import { addToSection } from '../../src/path/edits.js'

/** Number of the line that comes to stand in the first section. */
function lineAdded(lines: readonly string[]): number | undefined {
  const { document } = parseHaproxy(`${lines.join('\n')}\n`, 'h.cfg', { release: newestRelease })
  const [section] = document.sections
  return section && addToSection(section, 'timeout client 120s').line
}

test.each([
  ['a plain section', ['frontend f', '  bind :1883', ''], 3],
  ['a branch that is not closed', ['frontend f', '  bind :1883', '.if version_atleast(2.6)', '  mode tcp'], 3],
  ['a branch that is closed', ['frontend f', '.if version_atleast(9.9)', '  mode http', '.endif', '  bind :1883'], 6],
  ['a branch at its end', ['frontend f', '  bind :1883', '.if version_atleast(9.9)', '  mode http', '.endif'], 6],
  ['a section in a branch', ['.if version_atleast(2.6)', 'frontend f', '  bind :1883', '.endif'], 4],
])('a line is added to %s where it is read whatever the branches say', (_, lines, at) => {
  expect(lineAdded(lines)).toBe(at)
})
