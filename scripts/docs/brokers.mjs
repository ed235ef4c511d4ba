/** One page a broker, from its row in the registry, its facts and the recorded runs. */
import { withoutProxy } from '../../dist/brokers/no-proxy.js'
import { basisOf, cellOf, columnsOf } from '../compatibility-page.mjs'

const row = (cells) => `| ${cells.map((one) => String(one).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`

/** How far we know a broker, in one word that no table may leave out. */
function standing(kind, groups) {
  const own = groups.filter((one) => one.broker.startsWith(`${kind} `))
  if (own.some((one) => !one.standIn)) return 'run'
  if (own.length > 0) return 'stand-in'
  return 'never run'
}

/** What that word means, with the version and the day of the last run on the real program. */
function meansOf(word, { support }, own) {
  if (word === 'never run')
    return '**Never run by this project.** The facts below are from its documentation and source.'
  if (word === 'stand-in') {
    const like =
      support.basis?.measuredOn === undefined
        ? 'does what its source and documentation say'
        : `behaves as ${support.basis.measuredOn} was measured`
    return `**The runs used a stand-in** that ${like}; the real program was not part of them.`
  }
  const ran = own.filter((one) => !one.standIn)
  const newest = ran
    .map((one) => one.date)
    .sort()
    .at(-1)
  const on = [
    ...new Set(ran.filter((one) => one.date === newest).map((one) => `${one.broker} behind HAProxy ${one.haproxy}`)),
  ]
  return `The files and checks were run on the real program, last on ${newest}: ${on.join(', ')}.`
}

/** `4.0`, `to 3.10`. */
function versionsOf({ since, until }) {
  return until === undefined ? (since ?? '') : `${since === undefined ? '' : `${since} `}to ${until}`
}

export function brokerPage(kind, broker, { groups }) {
  const { support, run, reader, image, deviations = [], facts = [], name } = broker
  const own = groups.filter((one) => one.broker.startsWith(`${kind} `))
  const columns = columnsOf(own)
  const ids = [...new Set(own.map((one) => one.id))]
  const since = support.proxySince === false ? 'none' : (support.proxySince ?? 'every supported version')
  const named = run?.variable === undefined ? '' : `, \`--broker-bin PROGRAM\` or \`${run.variable}\``
  return `${[
    `# ${name}`,
    '',
    meansOf(standing(kind, groups), broker, own),
    '',
    row(['', '']),
    row(['---', '---']),
    row(['reads PROXY headers since', since]),
    row(['versions', support.proxySince === false ? 'none' : support.versions.join(', ')]),
    row([
      'CN of the header as username',
      support.cnAsUsername === false ? 'no' : support.cnAsUsername === true ? 'yes' : support.cnAsUsername,
    ]),
    row(['can require TLS in the header', support.requiresTls ? 'yes' : 'no']),
    row(['can require a verified certificate in the header', support.requiresCertificate ? 'yes' : 'no']),
    row([
      '`lint` reads its file',
      reader === undefined ? 'no' : reader.fileNames.map((one) => `\`${one}\``).join(', '),
    ]),
    row(['how to write its files', `\`mqtt-proxy gen broker proxy --broker ${kind}\``]),
    row(['how to run it', run === undefined ? 'no' : `\`mqtt-proxy check --broker ${kind}\`${named}`]),
    row([
      'container image',
      image === undefined ? 'none' : `\`${image.image}\` (\`mqtt-proxy gen compose proxy --broker ${kind}\`)`,
    ]),
    '',
    ...(columns.length === 0
      ? []
      : [
          '## Scenarios',
          '',
          row(['scenario', ...columns.map((one) => `${one.broker}, HAProxy ${one.haproxy}`)]),
          row(['---', ...columns.map(() => '---')]),
          row(['recorded', ...columns.map((column) => basisOf(own, column))]),
          ...ids.map((id) => row([`\`${id}\``, ...columns.map((column) => cellOf(own, id, column))])),
          '',
        ]),
    ...(deviations.length === 0
      ? []
      : [
          '## Known deviations',
          '',
          ...deviations.map((one) => {
            const until = one.until === undefined ? `${one.since} and later` : `${one.since} to ${one.until}`
            return `- ${one.what} (${until}). ${one.evidence}. Checks: ${one.cases.map((id) => `\`${id}\``).join(', ')}.`
          }),
          '',
        ]),
    ...(facts.length === 0
      ? []
      : [
          '## Facts',
          '',
          '`node scripts/broker-facts.mjs` asks the installed program for those that it can report, and compares the answers.',
          '',
          row(['what', 'versions', 'source', 'date', 'asked']),
          row(['---', '---', '---', '---', '---']),
          ...facts.map((one) =>
            row([one.what, versionsOf(one), one.source, one.date, one.ask === undefined ? 'no' : 'yes']),
          ),
          '',
        ]),
  ].join('\n')}`
}

export function brokerIndex(brokers, { groups }) {
  return `${[
    '# Brokers',
    '',
    'What each broker can do with PROXY headers, and how it was tested. *run*: on the real program. *stand-in*: the driver',
    'ran on a program that behaves as measured on the real one, or as its source says. *never run*: from documentation and source only.',
    '[What works with what](../compatibility.md) has the counts of every scenario.',
    '',
    row(['broker', 'headers', 'CN as username', 'tried', 'last recorded']),
    row(['---', '---', '---', '---', '---']),
    ...brokers.map(([kind, broker]) => {
      const { support } = broker
      const dates = groups.filter((one) => one.broker.startsWith(`${kind} `)).map((one) => one.date)
      const cn = support.cnAsUsername === false ? 'no' : support.cnAsUsername === true ? 'yes' : support.cnAsUsername
      return row([
        `[${broker.name}](${kind}.md)`,
        support.proxySince === false ? 'no PROXY support' : support.versions.join(', '),
        support.proxySince === false ? 'no' : cn,
        standing(kind, groups),
        dates.length === 0 ? '' : dates.sort().at(-1),
      ])
    }),
    '',
    '## Without PROXY support',
    '',
    'HAProxy must not send these a header; they see HAProxy as their client.',
    '',
    row(['broker', 'found on', 'source', 'date']),
    row(['---', '---', '---', '---']),
    ...withoutProxy.map((one) => row([one.name, one.version, one.source, one.date])),
  ].join('\n')}\n`
}
