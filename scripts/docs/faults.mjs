/** The page of faults, from their table. */
export function faultsPage(kinds) {
  const rows = Object.entries(kinds).map(
    ([name, { what, value, healthy }]) =>
      `| \`${value === undefined ? name : `${name}=${value}`}\` | ${what} | ${healthy} |`,
  )
  return `# Faults on the way

\`tap --fault\`, \`check --fault\` and \`drill --fault\` take these names. Options follow a comma: \`p=0.5\` is the share of
connections that get the fault, \`count=3\` the maximum. See [tap](tap.md).

| fault | what it does | what a healthy stack does then |
| --- | --- | --- |
${rows.join('\n')}
`
}
