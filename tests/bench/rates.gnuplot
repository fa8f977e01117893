# bars of events a second, with the spread: report.csv → rates.svg, in the current folder
set terminal svg size 900,560 font 'sans-serif,13' background '#ffffff'
set output 'rates.svg'
set datafile separator ','
rates = '< grep -E "^\"?(COPY|loop|apply_batch|[0-9] consumer|producer|kcat)" report.csv | grep -v " there"'
set style fill solid 0.8 border -1
set boxwidth 0.7
set yrange [0:*]
set ytics 50000 format '%.0f'
set grid ytics
set ylabel 'events a second: median, least and most'
set xtics rotate by 40 right nomirror noenhanced
set key off
set title 'What each part takes, one run'
plot rates using 0:3:xticlabels(1) with boxes linecolor rgb '#0072b2', rates using 0:3:4:5 with yerrorbars linecolor rgb '#000000' pointtype 0
