/** docs/messages.md: every log line that `explain` knows, from the tables that it reads. */

export function messagesPage(tables) {
  const parts = tables.map(({ program, rows }) => {
    const told = rows.filter((row) => !row.normal)
    return `## ${capital(program)}\n\n${told.map(rowText).join('\n\n')}`
  })
  return `# Messages and what they mean

This page lists log lines about PROXY headers, TLS, certificates and protocol, by program. Paste your own line into
\`mqtt-proxy explain 'LINE'\`, or a whole log: \`mqtt-proxy explain FILE\`. It lists the most likely cause
first, from the numbers, bytes and timers in the line.

Termination codes of HAProxy (\`SC\`, \`cD\`, \`PR\`), codes of MQTT, and the errors of mqtt-proxy are explained by the same command.

${parts.join('\n\n')}
`
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function rowText({ pattern, example, meaning, causes, next }) {
  const found = pattern.exec(example)
  const list = typeof causes === 'function' ? causes(found) : (causes ?? [])
  return [
    '```text',
    example,
    '```',
    '',
    `${capital(meaning)}.`,
    ...(list.length === 0 ? [] : ['', ...list.map((cause) => `- ${cause}`)]),
    ...((next ?? []).length === 0 ? [] : ['', `Next: ${next.map((command) => `\`${command}\``).join(', ')}`]),
  ].join('\n')
}
