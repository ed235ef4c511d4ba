/** A page a scenario: picture, both configurations, what the broker learns, checks, common mistakes. All of it from the table. */
export function scenarioMarkdown(one) {
  const number = one.n === null ? '' : ` (${one.n})`
  return `${[
    `# ${one.id}${number}: ${one.title}`,
    one.summary,
    picture(one),
    `**The broker learns**: ${learns(one.learns)}.`,
    `**Needs**: ${Object.entries(one.requires)
      .map(([program, version]) => `${program} ${version}`)
      .join(', ')}. **Transports**: ${one.transports.join(', ')}.`,
    `\`\`\`sh\nmqtt-proxy gen all ${one.id} -o lab\nmqtt-proxy check ${one.id}\n\`\`\``,
    '## Configuration',
    ...one.files.map(({ name, text }) => `\`${name}\`\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\``),
    '## Checks',
    [
      '| check | required result |',
      '| --- | --- |',
      ...one.checks.map(({ id, title }) => `| \`${id}\` | ${cell(title)} |`),
    ].join('\n'),
    ...(one.checks.some(({ id }) => id.endsWith('/revoked-certificate'))
      ? [
          [
            'For the revoked client `check` runs these files with `crl-file certs/client-ca.crl` on the `bind` line. To have that',
            'list and that line: `mqtt-proxy gen all ' +
              one.id +
              ' -o lab --keep-ca`, then `mqtt-proxy gen certs -o lab/certs --revoke NAME`.',
          ].join('\n'),
        ]
      : []),
    '## Common mistakes',
    'Each entry says what goes wrong, what works instead, and how that is known.',
    one.traps.length === 0
      ? 'None.'
      : one.traps
          .map(({ says, works, proof }) => `- Wrong: ${sentence(says)} Right: ${sentence(works)} _${sentence(proof)}_`)
          .join('\n'),
  ].join('\n\n')}\n`
}

export function scenarioIndex(all) {
  const rows = all.map(
    (one) => `| ${one.n ?? '-'} | [${one.id}](${one.id}.md) | ${cell(one.summary)} | ${learns(one.learns)} |`,
  )
  const from = `The numbered scenarios are the chapters of the document ${titles.mosquitto}; the others are from ${titles.vernemq}.`
  return `# Scenarios\n\n${from} You can use the number instead of the name.\n\n| # | scenario | what happens | the broker learns |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

const titles = { mosquitto: '"Using Mosquitto with HAProxy"', vernemq: '"VerneMQ and Proxy Protocol"' }
const client = { 'as-is': 'MQTT', tls: 'MQTT in TLS', mtls: 'MQTT in TLS, client certificate' }
const header = {
  none: '',
  v1: 'PROXY v1, ',
  v2: 'PROXY v2, ',
  'v2-ssl': 'PROXY v2 with TLS facts, ',
  'v2-ssl-cn': 'PROXY v2 with TLS facts and CN, ',
}

function picture(one) {
  const chained = one.files.some(({ name }) => name.includes('inner'))
  if (one.files.some(({ name }) => name.includes('-2.'))) return twoBrokers(one)
  const hops = chained
    ? ['participant H as edge HAProxy', 'participant I as inner HAProxy', 'participant B as broker']
    : ['participant H as HAProxy', 'participant B as broker']
  const way = chained
    ? [`C->>H: ${client[one.client]}`, 'H->>I: PROXY v2, MQTT', `I->>B: ${header[one.sendProxy]}MQTT`]
    : [`C->>H: ${client[one.client]}`, `H->>B: ${header[one.sendProxy]}MQTT`]
  return drawn(['participant C as client', ...hops, ...way, 'B-->>C: CONNACK'])
}

function twoBrokers(one) {
  const through = (from, to) => [
    `${from}->>H: ${client[one.client]}`,
    `H->>${to}: ${header[one.sendProxy]}MQTT`,
    `${to}-->>${from}: CONNACK`,
  ]
  return drawn([
    'participant C as client',
    'participant D as another client',
    'participant H as HAProxy',
    'participant B as broker 1',
    'participant E as broker 2',
    ...through('C', 'B'),
    ...through('D', 'E'),
    'Note over C,B: a returning client reaches the same broker',
    ...through('C', 'B'),
  ])
}

function drawn(lines) {
  return `\`\`\`mermaid\nsequenceDiagram\n${lines.map((line) => `  ${line}`).join('\n')}\n\`\`\``
}

function learns({ address, tls, certificate, username }) {
  if (address === 'haproxy') return "HAProxy's address only"
  const facts = [
    'the client address',
    tls && 'that TLS was used',
    certificate && 'that the certificate was verified',
    username && 'username = CN',
  ]
  return facts.filter(Boolean).join(', ')
}

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`)
const cell = (text) => text.replaceAll('|', '\\|')
