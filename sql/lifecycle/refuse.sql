-- Refuses a lifecycle file for :refusal, unless that is empty: a warning, and refused is 78, for whoever included this to quit by.
SELECT :'refusal' <> '' AS is_refused \gset
\if :is_refused
    \warn :program: :refusal
    \set refused 78
\endif
