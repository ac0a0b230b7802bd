# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Numbers as text: `format(number, ".9g")`, whatever the locale, a tenth of the time.

Nine digits of a number are a whole number, of which a double has room for a million times more: so
where the digits behind it are not close to a half, it is rounded right. All others, and what is too
large or too small for the plain form, are left to Python.
"""

from libc.math cimport fabs
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy, strlen

from namewright._distribution cimport nearest

cdef extern from *:
    """
    static const double POWERS[13] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    """
    const double POWERS[13]

cdef extern from "Python.h":
    char* PyOS_double_to_string(double number, char form, int digits, int flags,
                                int* kind) except NULL
    void PyMem_Free(void* memory)

cdef enum:
    DIGITS = 9
    ZERO = 48                    # the digit
    LEAST = -4                   # the exponent of the smallest number in the plain form


cdef inline uint8_t* put_number(uint8_t* end, double number) except NULL:
    """Write a number; where it ends."""
    cdef double size = fabs(number), scaled, whole
    cdef int exponent = DIGITS - 1, i, first
    cdef int64_t digits
    cdef uint8_t[DIGITS] written
    if not 1.5e-4 <= size < 1e8:
        return put_slowly(end, number)
    while exponent > LEAST and size < (POWERS[exponent] if exponent >= 0 else 1 / POWERS[-exponent]):
        exponent -= 1
    scaled = size * POWERS[DIGITS - 1 - exponent]
    whole = nearest(scaled)
    if fabs(fabs(scaled - whole) - 0.5) < 1e-4 or not 1e8 <= whole < 1e9:
        return put_slowly(end, number)
    digits = <int64_t>whole
    for i in range(DIGITS):
        written[DIGITS - 1 - i] = <uint8_t>(ZERO + digits % 10)
        digits //= 10
    if number < 0:
        end[0] = b"-"
        end += 1
    first = exponent + 1         # digits before the point
    if first <= 0:
        memcpy(end, b"0.0000", 2 - first)
        end += 2 - first
    i = DIGITS
    while i > max(first, 0) and written[i - 1] == ZERO:
        i -= 1
    if first > 0:
        memcpy(end, written, first)
        end += first
        if i > first:
            end[0] = b"."
            memcpy(end + 1, &written[first], i - first)
            end += 1 + i - first
        return end
    memcpy(end, written, i)
    return end + i


cdef inline uint8_t* put_slowly(uint8_t* end, double number) except NULL:
    """The same, by Python."""
    cdef char* digits = PyOS_double_to_string(number, b"g", DIGITS, 0, NULL)
    cdef size_t size = strlen(digits)
    memcpy(end, digits, size)
    PyMem_Free(digits)
    return end + size
