/** All of content streams (ISO 32000-1, annex A). */
const operators =
  'b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q ' +
  're RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "';

/** The operator that some bytes are, and no string made anew; undefined where they are none. */
export function operatorAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  return end - start > 3 ? undefined : byCode.get(codeOf(bytes, start, end));
}

function codeOf(bytes: Uint8Array, start: number, end: number): number {
  let code = 0;
  for (let at = start; at < end; at += 1) code = (code << 8) | bytes[at]!;
  return code;
}

const byCode = new Map(
  operators.split(' ').map((operator) => [codeOf(Buffer.from(operator), 0, operator.length), operator]),
);
