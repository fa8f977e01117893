-- Refuses a lifecycle file for the reason :refusal, unless that is empty: prints a warning and sets refused to 78, so that the including
-- file can quit.
SELECT :'refusal' <> '' AS is_refused \gset
\if :is_refused
    \warn :program: :refusal
    \set refused 78
\endif
