package main

func Example() {
	main()
	// Output:
	// 2019-05-01: not met
	//   vte.requested (not met)
	//     The VTE does not exist before 16 May 2019. CNER: not met
	//     The VTE does not exist before 23 May 2019. Le Moci, citant Bpifrance: not met
	//   in Côte d'Albâtre (phase I)
	// 2019-06-12: met
	//   in Côte d'Albâtre (phase I)
	// 2024-06-12: disputed
	//   vte.candidate.level (disputed)
	//     The level of studies must be at least bac+2 (years of study after the baccalauréat). Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: met
	//     The level of studies must be at least bac+3 (years of study after the baccalauréat). Banque des Territoires, from 1 October 2023: not met
	//   vte.placement.charter (undecided)
	//     The charte VTE must be signed by the company and by the volunteer. Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: undecided
	//   in Dieppe Côte d'Albâtre (phase II)
	//   aid vte-ti: at most €4,000 (Bpifrance, vte-france.fr)
}
