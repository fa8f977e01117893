/* lifecycles/olist.csv as part of the program. The path is seen from the checkout's top. */
    .section .rodata
    .global lifecycle_olist
    .global lifecycle_olist_end
lifecycle_olist:
    .incbin "lifecycles/olist.csv"
lifecycle_olist_end:
    .byte 0

    .section .note.GNU-stack, "", %progbits
