/** The page of faults, from their table. */
export function faultsPage(kinds) {
  const rows = Object.entries(kinds).map(
    ([name, { what, value, healthy }]) =>
      `| \`${value === undefined ? name : `${name}=${value}`}\` | ${what} | ${healthy} |`,
  )
  return `# Faults on the way

\`tap --fault\`, \`check --fault\` and \`drill --fault\` take these names. \`p=0.5\` behind a comma is the share of connections that
are struck, \`count=3\` the most of them. See [tap](tap.md).

| fault | what it does | what a healthy stack does then |
| --- | --- | --- |
${rows.join('\n')}
`
}
