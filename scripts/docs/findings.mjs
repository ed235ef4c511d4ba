/** What each finding of `probe` is about, one after the other, from the program's own table. */
export function findingsPage(codes) {
  const sections = Object.entries(codes).map(
    ([code, { summary, how, harm, fix }]) =>
      `## ${code}\n\n**${summary}**\n\n- **How it shows.** ${how}\n- **What follows.** ${harm}\n- **What to do.** ${fix}\n`,
  )
  return `# Findings of probe\n\nThe severity depends on what the probe saw, so each finding has its own: \`CRITICAL\`, \`HIGH\`, \`MEDIUM\`, \`LOW\`,\n\`INFO\`; \`OK\` means that the same test passed, \`WARN\` that it could not run. \`--fail-on\` names the severity that fails a run.\n\n${sections.join('\n')}`
}
