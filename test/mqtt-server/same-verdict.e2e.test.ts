import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mosquittoOptions } from '../../src/brokers/mosquitto/options.js'
import { reader } from '../../src/brokers/mosquitto/read.js'
import { findProgram } from '../../src/host/process/programs.js'
import { ConfigRefusal } from '../../src/mqtt-server/mosquitto/config-refusal.js'
import { planFromMosquitto } from '../../src/mqtt-server/options-from-mosquitto.js'

/** The embedded broker and Mosquitto are given the same random files: both accept one, or both refuse it at one line. */
let folder: string
let program: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-verdict-'))
  program = (await findProgram('mosquitto', { chosen: '2.1' })).program
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Options that our broker says it does not have; everything else is to be judged as Mosquitto judges it. */
const lacks = /not supported by the embedded broker|is not supported|never work/

function ours(text: string): string {
  try {
    planFromMosquitto(reader.read(text, 'm.conf'), { ports: [], read: () => '', manner: 'mosquitto' })
    return 'accepted'
  } catch (error) {
    if (!(error instanceof ConfigRefusal)) throw error
    if (lacks.test(error.message)) return 'lacks'
    return `refused at ${error.span?.line ?? 0}: ${error.message}`
  }
}

async function theirs(text: string): Promise<string> {
  const file = join(folder, 'm.conf')
  writeFileSync(file, text)
  const { code, said } = await promisify(execFile)(program, ['-c', file, '--test-config']).then(
    () => ({ code: 0, said: '' }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: `${error.stdout}${error.stderr}`,
    }),
  )
  if (code === 0) return 'accepted'
  const line = /Error found at .*:(\d+)\.?/.exec(said)?.[1]
  return `refused at ${line ?? 0}: ${said}`
}

const at = (verdict: string) => verdict.split(':')[0]
/** Of a listener as a whole Mosquitto names no line. */
const agree = (own: string, real: string) =>
  at(own) === at(real) || (/^refused at 0/.test(real) && own.startsWith('refused'))

const blank = fc.constantFrom(' ', '  ')
const value = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '1',
    '0',
    '2',
    '3',
    '10',
    'yes',
    '',
    '-1',
    '65535',
    '65536',
    '20',
    '50',
    'text',
    '127.0.0.1',
    '::1',
    '/x/y.sock',
    'mqtt',
    'websockets',
    'ipv4',
    '3,4,5',
    '7',
    '1d',
    '5x',
    'all',
    'error',
    'stdout',
    'topic/',
    'a#b',
    '0x10',
    '+4',
    '1 2',
    'none',
    'file /tmp/x',
  ),
  fc.integer({ min: -5, max: 70_000 }).map(String),
)
/** A folder of its own, what this machine can resolve and how much memory it has are none of this. */
const machine = ['include_dir', 'bind_address', 'memory_limit']
const names = [...mosquittoOptions.keys()].filter((name) => !machine.includes(name))
const usual = [
  'allow_anonymous',
  'enable_proxy_protocol',
  'require_certificate',
  'use_identity_as_username',
  'per_listener_settings',
  'listener_allow_anonymous',
  'password_file',
  'protocol',
  'proxy_protocol_v2_require_tls',
  'certfile',
  'keyfile',
  'cafile',
  'max_connections',
  'port',
]
const setting = fc
  .tuple(
    fc.oneof(fc.constantFrom(...usual), fc.constantFrom(...names), fc.constantFrom('alow_anonymous', 'Listener')),
    blank,
    value,
    fc.constantFrom('', '', ' ', '\t'),
  )
  .map((parts) => parts.join(''))
const listener = fc
  .tuple(
    fc.constantFrom('1884', '1884', '1885', '1886', '0', '65536', '-1', 'x', ''),
    fc.constantFrom('', '127.0.0.1', '::1', '/x.sock', '# here', 'localhost', '0.0.0.0'),
  )
  .map(([port, host]) => `listener ${port} ${host}`.trim())
const other = fc.constantFrom(
  '',
  '# comment',
  ' # indented',
  '  ',
  'allow_anonymous\ttrue',
  '\tlistener 1884',
  'listener\t1884',
)
const good = fc.constantFrom(
  'bind_address 127.0.0.1',
  'listener 1884 127.0.0.1',
  'allow_anonymous true',
  'enable_proxy_protocol 2',
  'require_certificate true',
  'use_identity_as_username true',
)
const file = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: good },
      { weight: 3, arbitrary: setting },
      { weight: 2, arbitrary: listener },
      { weight: 1, arbitrary: other },
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((lines) => `${lines.join('\n')}\n`)

it('judges a file as Mosquitto does', async () => {
  const texts = fc.sample(file, {
    numRuns: Number(process.env.RUNS ?? 400),
    seed: Number(process.env.SEED ?? 11),
  })
  const different: string[] = []
  let judged = 0
  for (const text of new Set(texts)) {
    const own = ours(text)
    if (own === 'lacks') continue
    judged++
    const real = await theirs(text)
    if (!agree(own, real)) different.push(`${JSON.stringify(text)}\n  ours: ${own}\n  theirs: ${real}`)
  }
  expect(different).toEqual([])
  expect(judged).toBeGreaterThan(texts.length / 2)
})
