// SPDX-License-Identifier: 0BSD
// The PC's text screen, as the characters that it shows.

// What a PC's video card shows for a number: IBM's code page 437.
const CODE_PAGE = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼" +
    String.fromCharCode(...Array.from({length: 95}, (_, i) => 32 + i)) +
    "⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼" +
    "╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

/**
 * @param {{columns: number, rows: number, bytes: Uint8Array}} screen of cells
 * @returns {{lines: string[], attributes: Uint8Array}}
 */
export function cells({columns, rows, bytes}) {
    const lines = Array.from({length: rows}, (_, row) => Array.from(
        {length: columns},
        (_, column) => CODE_PAGE[bytes[2 * (row * columns + column)]]).join(""));
    return {lines, attributes: bytes.filter((_, i) => i % 2)};
}
