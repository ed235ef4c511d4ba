import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { top } from '../cli.js'
import { run } from '../program.js'

const page = readFileSync(join(top, 'docs/library.md'), 'utf8')
const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

describe('docs/library.md', () => {
  it('has an example of each function that it names', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6)
    const all = examples.join('\n')
    for (const name of [
      'encode',
      'decode',
      'Decoder',
      'startBroker',
      'startStack',
      'check',
      'probe',
      'conformance',
      'lint',
    ]) {
      expect(all, name).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from 'mqtt-proxy'`))
    }
  })

  it.each(examples.map((code) => ({ code, prints: printsOf(code) })))('prints what it says: $prints', async (one) => {
    expect(one.prints.length).toBeGreaterThan(0)
    const args = ['--input-type=module', '-e', one.code]
    const { code, stdout, stderr } = await run(process.execPath, args, { cwd: top, env: { NODE_OPTIONS: '' } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd().split('\n')).toEqual(one.prints)
  })

  it('is right about require()', async () => {
    const code =
      "const { encode } = require('mqtt-proxy'); require('mqtt-proxy/testing'); console.log(encode({ version: 1 }).length)"
    const { stdout } = await run(process.execPath, ['-e', code], { cwd: top, env: { NODE_OPTIONS: '' } })
    expect(stdout).toBe('15\n')
  })
})

function printsOf(code: string): readonly string[] {
  return [...code.matchAll(/^\/\/ prints (.*)$/gm)].map(([, text = '']) => text)
}
