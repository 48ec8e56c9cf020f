"""Two small articles of our own, in other fields; what reads as a finding stands in {braces}."""

NURSING = """\
# Night work on medical wards: a review of qualitative studies

## Abstract

Nurses find night work tiring, and managers rarely know what happens on the ward at night.

## Introduction

Hospitals run through the night (Adler, 2011). Fatigue is a barrier to safe care [1].

## Methods

We searched four databases and screened 812 records. Nurses were interviewed in all studies [2].

## Results

### Study characteristics

Nine studies were conducted in Europe [1-9]. Participants were aged between 22 and 61.

### Quality of the included studies

Most studies were rated as moderate with the CASP checklist [3].

### Themes

Three themes were identified. Table 2 gives an overview of them. Experiences of night work were \
explored in eight studies [1-8].

#### Alone on the ward

{Nurses often felt alone with decisions that doctors took during the day [2, 4].} {They feared \
blame when a patient got worse [4],} and {some called the registrar late for that reason [7]}. \
{However, newly qualified nurses described the nights as the time when they learned most [3].} \
{This gave them confidence in their own judgement.}

One nurse put it this way: “{You are the only one who sees him breathe at four in the morning}” \
(Nurse 12, surgical ward).

#### What makes it bearable

{A lack of rest rooms made breaks worthless [5]}, whereas {a shared meal kept teams together [6, \
8]}. \
{Rotas that staff could change among themselves were valued by parents of small children [1].} \
{Managers should know the ward at night, nurses said [9].}

### Effects on sickness absence

Absence rose by 12% after a change of rota (OR = 1.3, 95% CI 1.1 to 1.6) [8].

## Discussion

Night work is hard for nurses, and their managers could do much about it [2].

## References

1. Adler P. Rotas in small hospitals. 2011.
2. Brand K. Night nurses. 2012.
3. Celik A. Learning at night. 2013.
4. Dorn S. Blame. 2014.
5. Ek M. Rest rooms. 2015.
6. Falk T. Meals. 2016.
7. Grau L. Calling for help. 2017.
8. Holm J. Teams at night. 2018.
9. Ito R. Managers. 2019.
"""

VACCINATION = """\
# Why parents wait: vaccination of young children

## What this paper is about

This paper describes why parents put off a vaccination. The term “hesitancy” is defined as a delay \
in spite of supply [1].

## Trust in those who vaccinate

{Parents trusted a nurse whom they had known for years more than any leaflet [1, 3].} {For some \
mothers, a hurried visit was a reason to come back later or not at all [2].} In 1998 the first \
programme was established in three districts [4]. {Fathers felt that nobody spoke to them [5]}, \
and \
{grandparents influenced what young mothers decided [2]}. Doses were given to 412 children.

## Getting there

{Distance remained a barrier for families without a car [3, 4].} {Clinics that opened in the \
evening \
helped parents who work in shifts [5].} Future research should look at evening clinics [5]. How do \
parents hear of them?

## Conclusions

Parents need time and a person whom they know [1].

## References

1. Amari B. Nurses and trust. 2015.
2. Bauer C. Mothers. 2016.
3. Costa D. Families in the country. 2017.
4. Diaz E. Programmes. 2018.
5. Emre F. Fathers and shifts. 2019.
"""
