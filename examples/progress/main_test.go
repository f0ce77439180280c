package main

func Example() {
	main()
	// Output:
	// 13 protocols in 8 régions on 2019-05-16
	//   2019-03-19             Nord Franche-Comté (Bourgogne-Franche-Comté)
	//   2019-03-18/2019-03-24  Auxois Morvan (Bourgogne-Franche-Comté)
	//   2019-04-23             Grand Est Touraine (Centre-Val de Loire)
	//   2019-03-18/2019-03-24  Sud Alsace (Grand Est)
	//   2019-03-22             Grand Orly (Île-de-France)
	//   ../2019-05-16          Axe Seine (Normandie)
	//   ../2019-05-16          Dieppe Côte d'Albâtre (Normandie)
	//   ../2019-05-16          Pays de l'Aigle (Normandie)
	//   ../2019-05-16          Collines de Normandie (Normandie)
	//   2019-03-18/2019-03-24  Grand-Châtellerault (Nouvelle-Aquitaine)
	//   2019-03-18/2019-03-24  Val de Garonne Guyenne Gascogne (Nouvelle-Aquitaine)
	//   ../2019-05-16          Lacq Pau-Tarbes (Nouvelle-Aquitaine/Occitanie)
	//   2019-03-18             Carros (Provence-Alpes-Côte d'Azur)
	// 73 territories: unknown
	// 63 territories: identified
	// 13 territories: protocol
	// reported: « plus de 330 projets remontés »
	// reported: « près de 330 projets »
}
