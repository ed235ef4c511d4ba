import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shell, top } from '../cli.js'

it('every command of mqtt-proxy in "Running it for real" that needs no port of its own works as it stands', async () => {
  const page = await readFile(join(top, 'docs/running.md'), 'utf8')
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, lines = '']) => lines)
  const lines = blocks
    .join('')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^mqtt-proxy (?:gen|check)/.test(line))
  expect(lines.length).toBeGreaterThanOrEqual(6)
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-running-'))
  try {
    for (const line of lines) {
      const { code, stderr } = await shell(line, { cwd: folder })
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
