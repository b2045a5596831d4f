// void switchStack(void** leftAt, void* goOnAt): saves the registers that a function must keep on the stack that is
// left, and takes them from the other, whose return address is then returned to.
    .text
    .globl switchStack
    .hidden switchStack
    .type switchStack, @function
switchStack:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .size switchStack, . - switchStack
    .section .note.GNU-stack, "", @progbits
