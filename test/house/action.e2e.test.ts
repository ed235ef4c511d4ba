import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mqttProxy, top } from '../cli.js'
import { run } from '../program.js'

interface Step {
  readonly name: string
  readonly if?: string
  readonly env?: Readonly<Record<string, string>>
  readonly run: string
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

const action: Action = parse(await readFile(join(top, 'action.yml'), 'utf8'))
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-action-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/**
 * Runs the steps as a runner does, in `folder`: expressions filled in, bash with its flags, until one fails. The first
 * step builds the clone it stands in, which is built already.
 */
async function runAction(given: Readonly<Record<string, string>>): Promise<Record<string, number | null>> {
  const inputs = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default]))
  const values: Record<string, string> = { 'github.action_path': top }
  for (const [name, value] of Object.entries({ ...inputs, ...given })) values[`inputs.${name}`] = value
  const fill = (text: string) => text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, name) => values[name] ?? '')
  const codes: Record<string, number | null> = {}
  for (const step of action.runs.steps.slice(1)) {
    if (step.if !== undefined && !holds(step.if, values)) continue
    const env = Object.entries(step.env ?? {}).map(([name, text]) => [name, fill(text)] as const)
    const code = await bash(fill(step.run), Object.fromEntries(env))
    codes[step.name] = code
    if (code !== 0) break
  }
  return codes
}

/** `${{ inputs.a != '' && inputs.b != '' }}`, the one form of condition the action uses. */
function holds(condition: string, values: Readonly<Record<string, string>>): boolean {
  const inner = /^\$\{\{ (.*) \}\}$/.exec(condition)?.[1] ?? ''
  return inner.split(' && ').every((part) => {
    const name = /^(inputs\.\S+) != ''$/.exec(part)?.[1]
    if (name === undefined) throw new Error(`the test cannot judge ${part}`)
    return values[name] !== ''
  })
}

async function bash(script: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  const { code } = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd: folder, env })
  return code
}

async function lab(): Promise<void> {
  expect((await mqttProxy(['gen', 'all', 'proxy', '-o', 'lab'], { cwd: folder })).code).toBe(0)
}

const pair = { 'haproxy-config': 'lab/haproxy.cfg', 'broker-config': 'lab/mosquitto.conf' }

describe('the GitHub action', () => {
  it('checks the scenarios it is given', async () => {
    const codes = await runAction({ scenario: 'tcp proxy', broker: 'embedded' })
    expect(codes).toEqual({ 'Install the real programs': 0, Check: 0 })
    const junit = await readFile(join(folder, 'mqtt-proxy-report/check.xml'), 'utf8')
    expect([...junit.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name)).toEqual(['tcp', 'proxy'])
  })

  it('lints and checks a pair on real Mosquitto, and leaves its reports', async () => {
    await lab()
    const codes = await runAction({ ...pair, 'report-dir': 'out' })
    expect(codes).toEqual({ 'Install the real programs': 0, Lint: 0, Check: 0 })
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['check.html', 'check.xml', 'lint.sarif'])
  })

  it('fails at the lint of a pair that does not fit', async () => {
    await lab()
    const file = join(folder, pair['haproxy-config'])
    await writeFile(file, (await readFile(file, 'utf8')).replace('send-proxy-v2', ''))
    expect(await runAction(pair)).toEqual({ 'Install the real programs': 0, Lint: 1 })
    expect(await readFile(join(folder, 'mqtt-proxy-report/lint.sarif'), 'utf8')).toContain('MP402')
  })
})
