export async function main(argv: string[]) {
  console.log(argv.slice(2));
  return 0;
}
