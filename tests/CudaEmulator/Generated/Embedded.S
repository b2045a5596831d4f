// The two headers that every generated file begins with, as text in the library.
    .section .rodata
    .globl interfaceText, arithmeticText
    .hidden interfaceText, arithmeticText
interfaceText:
    .incbin "Generated/Interface.h"
    .byte 0
arithmeticText:
    .incbin "Generated/Arithmetic.h"
    .byte 0
    .section .note.GNU-stack, "", @progbits
