// Writes the pages that derive from the program: docs/commands/ from its help, docs/scenarios/, docs/faults.md and
// docs/findings.md from the tables, docs/brokers/ from the registry and the recorded runs, docs/messages.md from what explain knows, docs/licences.md from what is bundled. Run after `npm run build`; `--check` ends with 1 when a page is not up to date.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brokerKinds, brokerOf } from '../dist/brokers/index.js'
import { lineTables } from '../dist/explain/lines/index.js'
import { findingCodes } from '../dist/probe/finding-codes.js'
import { tlvTable } from '../dist/proxy-header/tlv-table.js'
import { faultKinds } from '../dist/tap/fault-kinds.js'
import { argumentsOf } from './arguments.mjs'
import { readResults } from './compatibility.mjs'
import { brokerIndex, brokerPage } from './docs/brokers.mjs'
import { faultsPage } from './docs/faults.mjs'
import { findingsPage } from './docs/findings.mjs'
import { licencesPage } from './docs/licences.mjs'
import { messagesPage } from './docs/messages.mjs'
import { scenarioIndex, scenarioMarkdown } from './docs/scenarios.mjs'
import { tlvsPage } from './docs/tlvs.mjs'

const top = join(import.meta.dirname, '..')
const cli = join(top, 'bin/run.js')

function pages() {
  const { commands } = JSON.parse(readFileSync(join(top, 'oclif.manifest.json'), 'utf8'))
  const ids = Object.keys(commands).sort()
  const { scenarios } = JSON.parse(mqttProxy(['scenarios', '--json']))
  const details = scenarios.map(({ id }) => JSON.parse(mqttProxy(['scenarios', id, '--json'])).scenarios[0])
  const brokers = brokerKinds.map((kind) => [kind, brokerOf(kind)])
  const results = readResults()
  return new Map([
    ...ids.map((id) => [`commands/${id.replaceAll(':', '-')}.md`, commandPage(id, commands[id])]),
    ['commands/README.md', commandIndex(ids, commands)],
    ...details.map((one) => [`scenarios/${one.id}.md`, scenarioMarkdown(one)]),
    ['scenarios/README.md', scenarioIndex(details)],
    ...brokers.map(([kind, broker]) => [`brokers/${kind}.md`, brokerPage(kind, broker, results)]),
    ['brokers/README.md', brokerIndex(brokers, results)],
    ['faults.md', faultsPage(faultKinds)],
    ['findings.md', findingsPage(findingCodes)],
    ['messages.md', messagesPage(lineTables)],
    ['tlvs.md', tlvsPage(tlvTable)],
    ['licences.md', licencesPage(top)],
  ])
}

function mqttProxy(args) {
  const env = { ...process.env, OCLIF_COLUMNS: '100', NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`mqtt-proxy ${args.join(' ')} exited with ${status}: ${stderr}`)
  return stdout
}

function commandPage(id, { summary }) {
  const words = id.split(':')
  const help = mqttProxy([...words, '--help']).trimEnd()
  return `# mqtt-proxy ${words.join(' ')}\n\n${summary}.\n\n\`\`\`text\n${help}\n\`\`\`\n`
}

function commandIndex(ids, commands) {
  const rows = ids.map(
    (id) => `| [${id.replaceAll(':', ' ')}](${id.replaceAll(':', '-')}.md) | ${commands[id].summary} |`,
  )
  return `# Commands\n\n| command | what it does |\n| --- | --- |\n${rows.join('\n')}\n`
}

const docs = join(top, 'docs')
const { values } = argumentsOf('node scripts/gen-docs.mjs [--check]', { options: { check: { type: 'boolean' } } })
const { check } = values
const all = pages()
const stale = [...all].filter(
  ([path, text]) => !existsSync(join(docs, path)) || readFileSync(join(docs, path), 'utf8') !== text,
)
const extra = ['commands', 'scenarios', 'brokers'].flatMap((folder) =>
  existsSync(join(docs, folder))
    ? readdirSync(join(docs, folder)).flatMap((name) => (all.has(`${folder}/${name}`) ? [] : [`${folder}/${name}`]))
    : [],
)
if (check && stale.length + extra.length > 0) {
  console.error(
    `not up to date: ${[...stale.map(([path]) => path), ...extra].join(', ')}; run: npm run build && node scripts/gen-docs.mjs`,
  )
  process.exitCode = 1
} else if (!check) {
  for (const path of extra) rmSync(join(docs, path))
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(docs, path)), { recursive: true })
    writeFileSync(join(docs, path), text)
  }
}
